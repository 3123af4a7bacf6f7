// Locks the page after five idle minutes, blanks it on request, covers it when nobody looks.
// What was written on the page stays as it is: it lies under a dialog, and nothing is loaded anew.
import {ask} from "/static/ask.js";
import {known, passkey, words} from "/static/passkey.js";

const IDLE = 300_000; // milliseconds; the desk locks by itself after the same time
const HERE = 60_000; // how often the desk hears that somebody is here
const AWAY = 30_000; // out of focus for so long: covered
const PICTURES = "img, canvas, video, picture, .pic";

const others = new BroadcastChannel("fanal"); // tabs of one desk are idle together
let last = Date.now();
let told = Date.now();
let isLocked = false;
let away = 0;

function fire(name) {
  document.dispatchEvent(new CustomEvent(name));
}

function made(name, text = "", kind = "") {
  const one = document.createElement(name);
  one.textContent = text;
  if (kind) one.type = kind;
  return one;
}

function over(name, title) {
  const dialog = document.createElement("dialog");
  dialog.className = `over ${name}`;
  const heading = made("h1", title);
  heading.id = `over-${name}`;
  dialog.setAttribute("aria-labelledby", heading.id);
  dialog.append(heading);
  document.body.append(dialog);
  return dialog;
}

// The calm page -------------------------------------------------------------------------------

const calm = over("calm", "Blank");
const back = made("button", "Back", "button");
calm.append(made("p", "Nothing is shown. Take the time you need."), back);
back.addEventListener("click", () => calm.close());

function blank() {
  if (calm.open || isLocked) return;
  fire("fanal:cover");
  calm.showModal();
  back.focus();
}

// The lock ------------------------------------------------------------------------------------

const gate = over("lock", "Locked");
const says = made("p", "");
const form = document.createElement("form");
const field = made("input", "", "password");
const go = made("button", "Go on");
const byKey = made("button", "Go on with a passkey", "button");
const anew = made("a", "Sign in in another tab, then come back here");
const check = made("button", "I have signed in", "button");
says.setAttribute("role", "alert");
field.autocomplete = "current-password";
field.maxLength = 200;
field.required = true;
anew.href = "/sign-in";
anew.target = "_blank";
anew.rel = "noopener";
byKey.hidden = !known;
form.className = "door";
const label = made("label", "Password ");
label.append(field);
form.append(label, go);
gate.append(says, byKey, form, anew, check);

function lock(hasEnded = false) {
  for (const one of [form, byKey]) one.hidden = hasEnded || (one === byKey && !known);
  for (const one of [anew, check]) one.hidden = !hasEnded;
  if (isLocked) return;
  isLocked = true;
  calm.close();
  says.textContent = "What you wrote is kept.";
  field.value = "";
  fire("fanal:cover");
  gate.showModal();
  field.focus();
}

function unlock() {
  if (!isLocked) return;
  isLocked = false;
  last = told = Date.now();
  field.value = "";
  gate.close();
  fire("fanal:unlocked");
}

async function attempt(what) {
  for (const one of [go, byKey, check]) one.disabled = true;
  try {
    await what();
    unlock();
    others.postMessage("unlocked");
  } catch (error) {
    says.textContent = words(error);
    field.value = "";
    if (error.facts?.locked === false) lock(true);
  }
  for (const one of [go, byKey, check]) one.disabled = false;
}

async function same() {
  const {login, session} = await ask("/here", {});
  if (login !== document.body.dataset.login) location.assign("/");
  document.body.dataset.session = session;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(() => ask("/unlock", {password: field.value}));
});
byKey.addEventListener("click", () => attempt(() => passkey("unlock")));
check.addEventListener("click", () => attempt(same));
for (const dialog of [gate, calm]) {
  dialog.addEventListener("cancel", (event) => dialog === gate && event.preventDefault());
  dialog.addEventListener("keydown", (event) => event.stopPropagation()); // no commands from here
}
gate.addEventListener("close", () => isLocked && gate.showModal());

// Idle, away, out of focus --------------------------------------------------------------------

function active() {
  last = Date.now();
  if (isLocked || last - told < HERE) return;
  told = last;
  others.postMessage("active");
  ask("/here", {}).catch(() => {});
}

function look() {
  if (isLocked || Date.now() - last < IDLE) return;
  lock();
  ask("/lock", {}, {passive: true}).catch(() => {});
}

others.addEventListener("message", ({data}) => {
  if (data === "active") last = Date.now();
  if (data === "unlocked") unlock();
});
for (const name of ["pointerdown", "pointermove", "keydown", "wheel"]) {
  document.addEventListener(name, active, {capture: true, passive: true});
}
setInterval(look, 5_000);

document.addEventListener("fanal:lock", (event) => lock(event.detail?.locked === false));
document.addEventListener("fanal:blank", blank);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) blank();
  else look();
});
window.addEventListener("blur", () => {
  clearTimeout(away);
  away = setTimeout(() => {
    fire("fanal:cover");
    document.body.classList.add("covered");
  }, AWAY);
});
window.addEventListener("focus", () => {
  clearTimeout(away);
  document.body.classList.remove("covered");
});
for (const name of ["dragstart", "contextmenu"]) {
  document.addEventListener(name, (event) => {
    if (event.target instanceof Element && event.target.closest(PICTURES)) event.preventDefault();
  });
}
