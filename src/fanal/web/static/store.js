// Keeps the decisions of this page in memory: each is shown at once, sent in turn, and sent again where the desk was away.
// decide({items|series, state, reason, near, many}, words); undo(); redo(); standing(item) → {state, words, status, why}.
// Tells `fanal:stored` on document, detail {entry}, whenever an entry changes. Nothing goes into the browser's storage.

import {ask} from "./ask.js";
import {say} from "./say.js";

const waiting = [];
const done = [];
const undone = [];
const places = new Map();
const DELAYS = [1, 2, 4, 8, 15, 30];
const LONGEST = 60_000; // milliseconds until what was sent is sent again, under the same token
let running = false;

export const standing = (item) => places.get(item)?.at(-1);
export const unsent = () => waiting.length;
export const last = () => done.at(-1);

function tell(entry) {
  document.dispatchEvent(new CustomEvent("fanal:stored", {detail: {entry}}));
}

function add(entry) {
  entry.token = crypto.randomUUID();
  entry.status = "waiting";
  waiting.push(entry);
  tell(entry);
  run();
  return entry;
}

// `items` are all that are shown as decided, also where a series is told.
export function decide(told, words, items = told.items ?? []) {
  const entry = {kind: "decide", told, words, items, state: told.state};
  place(entry);
  done.push(entry);
  undone.length = 0;
  say(items.length === 1 ? `Graded: ${words}` : `Graded ${items.length}: ${words}`);
  return add(entry);
}

function place(entry) {
  for (const item of entry.items) places.set(item, [...(places.get(item) ?? []), entry]);
}

function withdraw(entry) {
  for (const item of entry.items) places.set(item, (places.get(item) ?? []).filter((one) => one !== entry));
}

export function undo(reason = "taken back at the desk") {
  const entry = done.pop();
  if (!entry) return say("There is nothing to undo");
  withdraw(entry);
  say(`Undone: ${entry.words}`);
  if (entry.status === "waiting") {
    waiting.splice(waiting.indexOf(entry), 1);
    undone.push({of: entry});
    return tell(entry);
  }
  const back = {kind: "undo", of: entry, items: entry.items, reason, words: "not decided", state: ""};
  if (entry.isOutside) place(back);
  undone.push(back);
  return add(back);
}

export function redo(reason = "done again at the desk") {
  const back = undone.pop();
  if (!back) return say("There is nothing to do again");
  const {of, kind} = back;
  if (kind === "undo") withdraw(back);
  const entry = {kind: "redo", of: back, reason, words: of.words, items: of.items, state: of.state, told: of.told};
  if (kind !== "undo") Object.assign(entry, {kind: of.kind, of: of.of});
  place(entry);
  done.push(entry);
  say(`Done again: ${entry.words}`);
  return add(entry);
}

// A decision that was sent elsewhere, or by a page before this, which Undo reaches too.
export function did(id, words, items, {state = "", first = false} = {}) {
  done[first ? "unshift" : "push"]({kind: "decide", id, words, items, state, status: "sent", told: {}, isOutside: true});
}

async function run() {
  if (running) return;
  running = true;
  for (let turn = 0; waiting.length; ) {
    const entry = waiting[0];
    try {
      entry.status = "sending";
      finish(entry, "sent", await send(entry));
      turn = 0;
    } catch (error) {
      if (![0, 401, 429, 502, 503, 504].includes(error.status)) {
        finish(entry, "failed", {}, error);
        continue;
      }
      entry.status = "sending";
      entry.why = error.error;
      tell(entry);
      await pause(DELAYS[Math.min(turn, DELAYS.length - 1)] * 1000);
      turn += 1;
    }
  }
  running = false;
}

function send({kind, token, told, of, reason}) {
  const signal = AbortSignal.timeout(LONGEST);
  if (kind === "decide") return ask("/decide", {...told, token}, {signal});
  if (!of.id) throw {status: 409, error: "what it follows was not kept"};
  return ask(`/${kind}`, {id: of.id, token, reason}, {signal});
}

function finish(entry, status, answer, error) {
  waiting.shift();
  Object.assign(entry, {status, why: error?.error ?? "", id: answer.id ?? entry.id, answer});
  if (error) {
    if (entry.kind !== "undo") done.splice(done.indexOf(entry), done.includes(entry) ? 1 : 0);
    else if (entry.of.status !== "failed") restore(entry);
    say(`Not kept: ${error.error}`);
  } else if (answer.says) {
    say(typeof answer.left === "number" ? `${answer.says}. ${answer.left.toLocaleString("en")} left` : answer.says);
  }
  tell(entry);
}

// What could not be taken back stands again.
function restore(back) {
  withdraw(back);
  if (!back.of.isOutside) place(back.of);
  done.push(back.of);
  if (undone.includes(back)) undone.splice(undone.indexOf(back), 1);
}

// Waits, but no longer than until the desk can be reached or the person has signed in again.
function pause(milliseconds) {
  return new Promise((go) => {
    const end = () => {
      clearTimeout(timer);
      window.removeEventListener("online", end);
      document.removeEventListener("fanal:unlocked", end);
      go();
    };
    const timer = setTimeout(end, milliseconds);
    window.addEventListener("online", end);
    document.addEventListener("fanal:unlocked", end);
  });
}

window.addEventListener("beforeunload", (event) => {
  if (waiting.length) event.preventDefault();
});
