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
  for (const item of items) places.set(item, [...(places.get(item) ?? []), entry]);
  done.push(entry);
  undone.length = 0;
  say(items.length === 1 ? `Graded: ${words}` : `Graded ${items.length}: ${words}`);
  return add(entry);
}

function withdraw(entry) {
  for (const item of entry.items) places.set(item, (places.get(item) ?? []).filter((one) => one !== entry));
}

export function undo(reason = "taken back at the desk") {
  const entry = done.pop();
  if (!entry) return say("There is nothing to undo");
  undone.push(entry);
  withdraw(entry);
  say(`Undone: ${entry.words}`);
  if (entry.status === "waiting") {
    waiting.splice(waiting.indexOf(entry), 1);
    return tell(entry);
  }
  return add({kind: "undo", of: entry, items: entry.items, reason, words: entry.words});
}

export function redo() {
  const entry = undone.pop();
  if (!entry) return say("There is nothing to do again");
  const kept = [...undone];
  decide({...entry.told}, entry.words, entry.items);
  undone.push(...kept);
  return undefined;
}

// A decision of an earlier page, told by the server, that Undo reaches too.
export function earlier(id, words, items) {
  done.unshift({kind: "decide", id, words, items, status: "sent", told: {}});
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
  if (kind === "decide") return ask("/decide", {...told, token});
  if (!of.id) throw {status: 409, error: "the decision itself was not kept"};
  return ask("/undo", {id: of.id, token, reason});
}

function finish(entry, status, answer, error) {
  waiting.shift();
  Object.assign(entry, {status, why: error?.error ?? "", id: answer.id ?? entry.id, answer});
  if (error) {
    if (entry.kind === "decide") done.splice(done.indexOf(entry), done.includes(entry) ? 1 : 0);
    say(`Not kept: ${error.error}`);
  } else if (answer.says) {
    say(typeof answer.left === "number" ? `${answer.says}. ${answer.left.toLocaleString("en")} left` : answer.says);
  }
  tell(entry);
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
