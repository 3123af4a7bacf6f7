// Fills the frame of every page: own exposure, the last action with Undo, the list of keys, a question to a colleague.

import {ask} from "./ask.js";
import {make, remark} from "./dialog.js";
import {bind, listed, shownKey} from "./keys.js";
import {say} from "./say.js";
import {did, last, redo, undo, unsent} from "./store.js";

const by = (id) => document.getElementById(id);

async function exposure() {
  const box = by("exposure");
  if (!box || document.hidden) return;
  try {
    const told = await ask("/exposure", undefined, {passive: true});
    const shown = Object.values(told.reveals ?? {}).reduce((sum, one) => sum + one, 0);
    const minutes = Math.round(told.minutes ?? 0);
    by("exposure-part").setAttribute("width", Math.min(100, (100 * minutes) / (told.most ?? 240)));
    by("exposure-says").textContent = `Shown today: ${shown} in ${minutes} min`;
    if (told.says && told.says !== box.title) say(told.says);
    box.title = told.says ?? "";
    by("cap").textContent = `Up to level ${told.cap}`;
    box.hidden = by("cap").hidden = false;
    by("break").hidden = !told.break_due;
  } catch {
    box.hidden = true;
  }
}

// What the person decided on pages before this one, so that Undo reaches it.
async function before() {
  try {
    const {decisions} = await ask("/decisions/mine", undefined, {passive: true});
    for (const one of decisions.reverse()) did(one.id, one.says, one.items, {first: true});
    shown();
  } catch {
    // without it Undo reaches the decisions of this page
  }
}

function help() {
  const close = make("button", {text: "Close", className: "main"});
  const rows = listed().filter(([, text]) => text).map(([key, text]) => make("tr", {}, make("th", {scope: "row"}, make("kbd", {text: key})), make("td", {text})));
  const off = document.body.dataset.single === "0" ? "Single keys are switched off in the settings." : "Keys act outside of text fields. They can be changed or switched off in the settings.";
  const dialog = make("dialog", {"aria-labelledby": "keys-title"}, make("form", {method: "dialog"}, make("h2", {text: "Keys", id: "keys-title"}),
    make("p", {className: "quiet", text: off}), make("table", {className: "table keys"}, make("tbody", {}, ...rows)), make("div", {className: "row"}, close)));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
}

function blank() {
  document.dispatchEvent(new CustomEvent("fanal:blank"));
}

// The item a question is about: what has the focus, or what the page is about.
function colleague() {
  const item = (document.activeElement?.closest("[data-item]") ?? document.querySelector("[data-item].here, main [data-item][data-page]"))?.dataset.item ?? "";
  remark("question", item, item ? `item ${item}` : "the case");
}

function shown() {
  const button = by("undo");
  if (!button) return;
  const entry = last();
  button.hidden = !entry;
  button.textContent = `Undo (${shownKey("undo")})`;
  button.title = entry?.words ?? "";
  by("say").dataset.unsent = unsent();
}

document.addEventListener("fanal:stored", shown);
if (by("undo")) before();
by("undo")?.addEventListener("click", () => undo());
by("keys-help")?.addEventListener("click", help);
by("blank")?.addEventListener("click", blank);
by("colleague")?.addEventListener("mousedown", (event) => event.preventDefault());
by("colleague")?.addEventListener("click", colleague);
bind("page", {help, ...(by("undo") ? {undo: () => undo(), redo: () => redo()} : {}), blank});
for (const name of ["fanal:revealed", "fanal:covered"]) document.addEventListener(name, exposure);
document.addEventListener("visibilitychange", exposure);
setInterval(exposure, 60_000);
exposure();
