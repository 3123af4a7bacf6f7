// The page of one series: one decision with exceptions, splitting, putting together, taking back.

import {ask} from "./ask.js";
import {claim} from "./claim.js";
import {form, reason} from "./dialog.js";
import {bind} from "./keys.js";
import {refused, say} from "./say.js";
import {decide} from "./store.js";

const by = (id) => document.getElementById(id);
const page = document.querySelector("[data-page=series]");
const { item, series } = page.dataset;

// ---- together, apart, back
async function change(told) {
  try {
    const answer = await ask("/series/change", told);
    location.assign(answer.go);
  } catch (error) {
    refused(error);
  }
}

for (const one of page.querySelectorAll("form[action='/series/change']")) {
  one.addEventListener("submit", (event) => {
    event.preventDefault();
    const told = Object.fromEntries(new FormData(one));
    const items = Object.keys(told).filter((key) => key.startsWith("item-")).map((key) => key.slice(5));
    if (told.verb === "split" && !items.length) return void say("Choose what is taken out");
    change({ ...Object.fromEntries(Object.entries(told).filter(([key]) => !key.startsWith("item-"))), ...(items.length ? { items } : {}) });
  });
}

for (const button of page.querySelectorAll("[data-after]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const told = await form("Split here", [{ name: "reason", label: "Why what follows does not belong to what is before", required: true }], "Split");
    if (told?.reason.trim()) change({ verb: "split", series, after: button.dataset.after, reason: told.reason });
  });
}

// ---- one decision, and its exceptions
const fields = by("decide");
const choices = [...page.querySelectorAll("[data-exception]")];
for (const choice of choices) {
  choice.parentElement.hidden = false;
  choice.addEventListener("change", () => {
    const count = choices.filter((one) => one.value).length;
    by("exceptions").textContent = count ? `${count} ${count === 1 ? "exception" : "exceptions"} on this sheet` : "Exceptions are chosen on the contact sheet.";
  });
}

const radios = [...(fields?.elements.state ?? [])];
const isLast = (state) => state === radios.at(-1)?.value; // for which two people are asked, and why

async function grade(radio) {
  if (by("deciding").disabled) return void say("Somebody else works on this series");
  const { many, reason: why } = fields.elements;
  if (many && !many.checked) return void say("Look at all contact sheets first, and say so");
  const words = radio.closest("label").querySelector("span").textContent;
  const but = choices.filter((one) => one.value && one.value !== radio.value);
  const asked = isLast(radio.value) || but.some((one) => isLast(one.value));
  const says = why.value.trim() || (asked ? await reason(words) : "seen on its contact sheet, covered");
  if (!says) return;
  radio.checked = true;
  decide({ ...(fields.elements.series ? { series, contents: Number(fields.elements.contents.value) } : { items: [item] }), state: radio.value, reason: says, ...(many ? { many: true } : {}) }, words, [item]);
  for (const [state, items] of grouped(but)) decide({ items, state, reason: says }, `exception: ${state.replaceAll("_", " ")}`);
}

function grouped(selects) {
  const found = new Map();
  for (const one of selects) found.set(one.value, [...(found.get(one.value) ?? []), one.dataset.exception]);
  return found;
}

if (fields) {
  claim(item);
  by("reason").removeAttribute("required");
  fields.addEventListener("submit", (event) => {
    event.preventDefault();
    grade(radios.find((one) => one.checked));
  });
  bind("viewer", Object.fromEntries(radios.map((radio) => [`state-${radio.dataset.key}`, () => grade(radio)])), document);
}
bind("viewer", {
  compare: () => {
    const chosen = [...page.querySelectorAll(".contacts input:checked")].slice(0, 4).map((one) => one.name.slice(5));
    if (chosen.length > 1) location.assign(`/compare?items=${chosen.join(",")}`);
    else say("Choose two to four on the contact sheet");
  },
}, document);
