// Two to four items side by side: the same level for all, moved and sized as one, flipped, subtracted.

import {ask} from "./ask.js";
import {make} from "./dialog.js";
import {bind, name} from "./keys.js";
import {refused, say} from "./say.js";
import {viewer} from "./viewer.js";

const by = (id) => document.getElementById(id);
const page = document.querySelector("[data-page=compare]");
const panes = [...page.querySelectorAll(".pane")];
let [views, held] = [[], false];
let front = -1; // which one is in front; -1: side by side
const grip = { hold, release };
views = panes.map((pane) => viewer(pane, { purpose: () => "compare", changed, moved, keys: null, grip }));
const level = () => Math.min(...views.map((one) => one.level()));
const cap = Math.min(...panes.map((pane) => Number(pane.dataset.cap)));

// ---- one level for all
async function all(wanted, latched) {
  if (wanted > cap) return void say(`Level ${cap} is the highest here`);
  await Promise.all(views.map((one) => one.show(wanted, latched)));
  const open = views.filter((one) => one.canvas());
  if (!open.length || (open.length === views.length && open.every((one) => one.level() === wanted))) return;
  cover();
  say("Not all could be shown at this level: all are covered");
}

function hold() {
  if (held) return;
  held = true;
  all(level() + 1, false);
}

function release() {
  held = false;
  views.forEach((one) => one.release());
}
const cover = () => views.forEach((one) => one.cover());
const up = () => all(level() + 1, !held);
const down = () => (level() > 2 ? all(level() - 1, !held) : cover());
const keep = () => (level() > 1 ? views.forEach((one) => one.keep()) : void up());
const size = (factor) => views[0].size(factor);

function moved(look) { views.forEach((one) => one.see(look)); }

function arrow(x, y) {
  if (held && y) return y < 0 ? up() : down();
  return views[0].pan(-x / 10, -y / 10);
}

function changed() {
  if (!views.length) return;
  const now = level();
  by("level-says").textContent = now > 1 ? `Level ${now}` : "Covered: level 1";
  by("show").textContent = now < cap ? `Show all, level ${now + 1}` : `Level ${cap} is the highest`;
  by("show").disabled = now >= cap;
  by("cover").disabled = now === 1;
  by("in").hidden = by("out").hidden = now < 3;
  by("difference").hidden = views.length !== 2 || now < 2;
  if (now < 2) subtract(false);
}

// ---- one in front of the other
function flip() {
  front = front + 1 < views.length ? front + 1 : 0;
  showFront();
}
function showFront() {
  by("panes").classList.toggle("flip", front >= 0);
  by("flip").setAttribute("aria-pressed", String(front >= 0));
  panes.forEach((pane, at) => pane.closest("figure").classList.toggle("front", at === front));
  if (front >= 0) say(`In front: ${"ABCD"[front]}`);
}

// ---- what differs, in grey: made of what is shown, gone with it
function subtract(wanted) {
  const place = by("difference-place");
  for (const old of place.querySelectorAll("canvas")) old.width = old.height = 0;
  place.replaceChildren();
  by("difference").setAttribute("aria-pressed", String(wanted));
  const canvases = views.map((one) => one.canvas());
  if (!wanted || canvases.some((one) => !one)) return;
  const [width, height] = ["width", "height"].map((side) => Math.min(...canvases.map((one) => one[side])));
  const [one, other] = canvases.map((canvas) => grey(canvas, width, height));
  const shown = make("canvas", { width, height, className: "difference", role: "img", "aria-label": "Difference of A and B, in grey: black where they are the same" });
  const pen = shown.getContext("2d");
  const made = pen.createImageData(width, height);
  let apart = 0;
  for (let at = 0; at < one.length; at += 1) {
    const value = Math.abs(one[at] - other[at]);
    apart += value > 16;
    made.data.set([value, value, value, 255], 4 * at);
  }
  pen.putImageData(made, 0, 0);
  shown.addEventListener("contextmenu", (event) => event.preventDefault());
  place.append(shown);
  say(`${apart.toLocaleString("en")} of ${one.length.toLocaleString("en")} points differ by more than 16 of 255`);
}

function grey(canvas, width, height) {
  const small = make("canvas", { width, height });
  const pen = small.getContext("2d", { willReadFrequently: true });
  pen.drawImage(canvas, 0, 0, width, height);
  const { data } = pen.getImageData(0, 0, width, height);
  small.width = small.height = 0;
  const found = new Uint8Array(width * height);
  for (let at = 0; at < found.length; at += 1) found[at] = (299 * data[4 * at] + 587 * data[4 * at + 1] + 114 * data[4 * at + 2]) / 1000;
  return found;
}

// ---- what it comes to
async function outcome(says) {
  const { item, other, reason } = Object.fromEntries(new FormData(by("outcome")));
  const told = { item, other, says, reason };
  if (told.item === told.other) return void say("Choose two different items");
  try {
    await ask("/remark", { kind: "compared", ...told });
    by("said").append(make("li", { text: `Just now: item ${told.item} and item ${told.other}, ${says}` }));
    say(`Kept: ${says}`);
    by("outcome").reset();
  } catch (error) {
    refused(error);
  }
}
const radios = [...(by("outcome")?.elements.says ?? [])];
by("outcome")?.addEventListener("submit", (event) => {
  event.preventDefault();
  outcome(radios.find((one) => one.checked).value);
});

const clicks = { show: up, cover, flip: () => (front + 1 < views.length ? flip() : ((front = -1), showFront())), difference: () => subtract(!by("difference-place").firstChild), in: () => size(1.25), out: () => size(1 / 1.25) };
for (const [id, act] of Object.entries(clicks)) by(id).addEventListener("click", act);
for (const radio of radios) name(`state-${radio.dataset.key}`, radio.value);
name("open", "keep the pictures open for a while");
bind("compare", {
  ...Object.fromEntries(radios.map((radio) => [`state-${radio.dataset.key}`, () => void outcome(radio.value)])),
  show: { down: hold, up: release },
  open: keep,
  flip,
  left: () => arrow(-1, 0), right: () => arrow(1, 0), up: () => arrow(0, -1), down: () => arrow(0, 1),
  on: () => size(1.25), back: () => size(1 / 1.25),
}, document);
changed();
