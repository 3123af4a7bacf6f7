// Makes small forms in a <dialog>, and the questions that several pages ask with them.
// form(title, fields, go) → the values, or null where the person thought better of it.

import {ask} from "./ask.js";
import {refused, say} from "./say.js";

export function make(tag, told = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(told)) {
    if (name === "text") made.textContent = value;
    else if (name in made && name !== "list") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...inside.filter((one) => one !== null && one !== undefined));
  return made;
}

let number = 0;

function control({name, label, hint = "", long = false, required = false, value = "", choices = null, check = false}) {
  const id = `field-${(number += 1)}`;
  const told = {id, name, required, value};
  if (check) return make("label", {className: "check"}, make("input", {...told, type: "checkbox", value: "1"}), label);
  let box = make(long ? "textarea" : "input", {...told, maxLength: 1000, autocomplete: "off"});
  if (choices) box = make("select", {id, name}, ...choices.map(([code, words]) => make("option", {value: code, text: words})));
  if (hint) box.setAttribute("aria-describedby", `${id}-hint`);
  return make("div", {className: "field"}, make("label", {htmlFor: id, text: label}), box, hint ? make("span", {className: "hint", id: `${id}-hint`, text: hint}) : null);
}

export function form(title, fields, go = "Save", ...above) {
  const cancel = make("button", {type: "button", text: "Cancel"});
  const inner = make("form", {method: "dialog"}, make("h2", {text: title, id: "dialog-title"}), ...above, ...fields.map(control),
    make("div", {className: "row"}, cancel, make("button", {className: "main", text: go})));
  const dialog = make("dialog", {"aria-labelledby": "dialog-title"}, inner);
  const before = document.activeElement;
  document.body.append(dialog);
  return new Promise((answer) => {
    let values = null;
    inner.addEventListener("submit", () => { values = Object.fromEntries(new FormData(inner)); });
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      before?.focus?.();
      answer(values);
    });
    dialog.showModal();
    (inner.querySelector("input, textarea, select") ?? cancel).focus();
  });
}

// Why somebody is sure that no real person is in it: always asked, never filled in before.
export async function reason(words) {
  const told = await form(words, [{name: "reason", label: "What shows it", long: true, required: true,
    hint: "A second reviewer must say so too. Say what you saw, not that a program said so."}], "Decide");
  return told?.reason.trim() ?? "";
}

const KINDS = {
  note: ["Note", "The note", "Kept with the item for everybody who works on the case."],
  lead: ["A lead to a victim", "What could lead to the person", "Places, objects, clothing, signs, voices, names."],
  "second opinion": ["Ask for a second opinion", "Why", "Whoever gives it does not see this, nor your decision."],
  violent: ["Violent", "A word on it", "Whoever leaves violent material to others is not led to it any more."],
  question: ["Ask a colleague", "The question", "Sent with the item's number and without a picture; your colleague opens it alone."],
};

export async function remark(kind, item, shown = "") {
  const [title, label, hint] = KINDS[kind];
  const fields = [{name: "says", label, hint, long: true, required: !["second opinion", "violent"].includes(kind)}];
  if (kind === "question") fields.push({name: "to", label: "To", hint: "Their sign-in name; empty: to everybody"});
  const told = await form(shown ? `${title}: ${shown}` : title, fields);
  if (!told) return null;
  try {
    const answer = await ask("/remark", {item, kind, ...told});
    say(`Kept: ${title.toLowerCase()}`);
    document.dispatchEvent(new CustomEvent("fanal:remarked", {detail: {item, kind, id: answer.id}}));
    return answer;
  } catch (error) {
    refused(error);
    return null;
  }
}
