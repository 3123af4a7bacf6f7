// Leads every key to one command of the context that has the focus.
// Contexts, innermost first: text field (nothing acts), dialog, an element given to bind(), page.
// bind("grid", {open: fn, show: {down: fn, up: fn}}, element); a function that returns false lets the key go on.

const TABLE = [
  // command, key, words, contexts
  ["open", "Enter", "open the item", "grid"],
  ["select", "x", "select the item, or no longer", "grid"],
  ["show", "Space", "hold: show the next level; let go: cover", "grid viewer"],
  ["state-1", "1", "", "grid viewer"],
  ["state-2", "2", "", "grid viewer"],
  ["state-3", "3", "", "grid viewer"],
  ["state-4", "4", "", "grid viewer"],
  ["state-5", "5", "", "grid viewer"],
  ["state-6", "6", "", "grid viewer"],
  ["undo", "u", "undo the last decision", "grid viewer page"],
  ["redo", "Shift+u", "do again what was undone", "grid viewer page"],
  ["series", "s", "open the series", "grid viewer"],
  ["near", "d", "show the near copies", "grid viewer"],
  ["alike", "m", "show more like this", "grid viewer"],
  ["compare", "c", "compare what is selected", "grid viewer"],
  ["second", "f", "ask for a second opinion", "grid viewer"],
  ["lead", "v", "mark as a lead to a victim", "grid viewer"],
  ["note", "n", "write a note", "grid viewer"],
  ["area", "a", "show an area only", "viewer"],
  ["text", "t", "text only, or pictures again", "grid viewer"],
  ["grey", "g", "grey or colour", "viewer"],
  ["next", "j", "next item", "viewer"],
  ["previous", "k", "item before", "viewer"],
  ["flip", "\\", "change between the two", "compare"],
  ["blank", "b", "blank the page", "page"],
  ["filter", "/", "go to the filter", "page"],
  ["help", "?", "list the keys", "page"],
];
// Keys of browsers, systems and screen readers, which no command may take.
export const RESERVED = ["Tab", "Escape", "Backspace", "Delete", "Insert", "CapsLock", "NumLock", "ScrollLock", "Pause", "PrintScreen",
  "ContextMenu", "Help", "Clear", "Meta", "Control", "Alt", "AltGraph", "Shift", "Fn", "Home", "End", "PageUp", "PageDown",
  "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "'", ...Array.from({length: 24}, (_, n) => `F${n + 1}`)];
const FIXED = {left: "ArrowLeft", right: "ArrowRight", up: "ArrowUp", down: "ArrowDown", first: "Home", last: "End", back: "PageUp",
  on: "PageDown"};

const bound = [];
const held = new Map();
const words = new Map();
const [keyOf, commandOf] = table();

function table() {
  let own = {};
  try {
    own = JSON.parse(document.body.dataset.keys || "{}");
  } catch {
    own = {};
  }
  const keys = new Map(TABLE.map(([command, key]) => [command, key]));
  for (const [command, key] of Object.entries(own)) if (keys.has(command) && usable(key)) keys.set(command, key);
  const commands = new Map();
  for (const [command, key] of keys) commands.set(key, [...(commands.get(key) ?? []), command]);
  for (const [command, key] of Object.entries(FIXED)) commands.set(key, [command]);
  return [keys, commands];
}

export function usable(key) {
  return typeof key === "string" && !RESERVED.includes(key.replace(/^Shift\+/, "")) && /^((Shift\+)?[a-z]|[!-@[-`{-~]|Enter|Space)$/.test(key);
}

export const shownKey = (command) => (keyOf.get(command) ?? FIXED[command] ?? "").replace(/^(Shift\+)?([a-z])$/, (_, shift, letter) => (shift ?? "") + letter.toUpperCase());
export const name = (command, text) => words.set(command, text);

export function bind(context, commands, element = document) {
  bound.unshift({context, commands, element});
}

// The key as the table writes it. On layouts without Latin letters or with digits under Shift, the place of the key counts.
export function pressed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return "";
  let key = event.key === " " ? "Space" : event.key;
  const place = /^(?:Key|Digit)(.)$/.exec(event.code ?? "")?.[1]?.toLowerCase();
  if (key.length === 1 && place && (key > "~" || (/\d/.test(place) && !event.shiftKey))) key = place;
  if (/^[a-z]$/i.test(key)) return (event.shiftKey ? "Shift+" : "") + key.toLowerCase();
  return event.shiftKey && key.length > 1 ? `Shift+${key}` : key;
}

export function isText(element) {
  return element.isContentEditable || (element.matches?.("textarea, select, input") && !element.matches("[type=checkbox], [type=radio], [type=button], [type=submit]"));
}

// The contexts that a key may act in, given what has the focus; the grid's own arrows act where single keys are off.
function contexts(target) {
  if (isText(target)) return [];
  const open = target.closest?.("dialog[open]") ?? document.querySelector("dialog:modal");
  if (open) return bound.filter((one) => one.element === open);
  return bound.filter((one) => one.element === document || one.element.contains(target));
}

const single = (key) => key !== "Enter" && (key.length === 1 || key === "Space" || /^Shift\+.$/.test(key));

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented) return;
  const key = pressed(event);
  const bare = key.replace(/^Shift\+(?=Arrow)/, "");
  if (!key || (single(key) && document.body.dataset.single === "0")) return;
  if ((key === "Enter" || key === "Space") && event.target.closest("button, a[href], summary, input, label")) return;
  for (const command of commandOf.get(bare) ?? []) {
    for (const {commands} of contexts(event.target)) {
      const found = commands[command];
      if (!found) continue;
      // A key that stays down moves on; it decides, opens, shows and takes back once.
      if (event.repeat && !(command in FIXED)) return void event.preventDefault();
      if ((found.down ?? found)(event) === false) continue;
      if (found.up) held.set(event.code, found.up);
      event.preventDefault();
      return;
    }
  }
});

function letGo(code) {
  held.get(code)?.();
  held.delete(code);
}
document.addEventListener("keyup", (event) => letGo(event.code));
for (const [where, what] of [[window, "blur"], [document, "visibilitychange"], [document, "fanal:blank"]]) {
  where.addEventListener(what, () => [...held.keys()].forEach(letGo));
}

// What can be pressed on this page: [key, words], in the order of the table.
export function listed() {
  const here = new Set(bound.flatMap((one) => Object.keys(one.commands)));
  return TABLE.filter(([command]) => here.has(command)).map(([command, , text]) => [shownKey(command), words.get(command) ?? text]);
}
