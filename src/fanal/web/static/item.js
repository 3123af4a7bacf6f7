// The page of one item: its picture pane, its claim, the decision, remarks, and the way to the next.

import {ask} from "./ask.js";
import {claim} from "./claim.js";
import {make, reason, remark} from "./dialog.js";
import {bind, name} from "./keys.js";
import {refused, say} from "./say.js";
import {decide} from "./store.js";
import {viewer} from "./viewer.js";

const RENEW = 240_000;
const by = (id) => document.getElementById(id);
const [page, query] = [document.querySelector("[data-page=item]"), new URLSearchParams(location.search)];
const { item } = page.dataset;
const pane = page.querySelector(".pane");
let seen = 1; // the highest level that was looked at
let shown = null;

// ---- the picture
function changed(self) {
  const level = self.level();
  seen = Math.max(seen, level);
  const cap = Number(pane.dataset.cap);
  if (!by("controls")) return;
  by("level-says").textContent = level > 1 ? `Level ${level} of ${cap}` : `Covered: level 1 of ${cap}`;
  by("show").textContent = level < cap ? `Show, level ${level + 1}` : `Level ${cap} is the highest`;
  by("show").disabled = level >= cap;
  by("cover").disabled = level === 1;
  by("area").setAttribute("aria-pressed", String(self.hasArea()));
  by("grey").hidden = level < 4 || cap < 5;
  by("grey").textContent = level === 5 ? "Grey" : "Colour";
  by("in").hidden = by("out").hidden = level < 3;
}

shown = viewer(pane, { purpose: () => by("purpose")?.value || "decide", changed, keys: document, tall: "32vh" });
shown.stage.focus({ preventScroll: true });
const clicks = {
  show: () => shown.up(), cover: () => shown.cover(), grey: () => shown.colour(), in: () => shown.size(1.25), out: () => shown.size(1 / 1.25),
  area: () => shown.setArea(shown.hasArea() ? null : [0.25, 0.25, 0.5, 0.5]),
};
for (const [id, act] of Object.entries(clicks)) by(id)?.addEventListener("click", act);
name("open", "keep the picture open for a while");
if (by("frames") && (Number(pane.dataset.frames) > 1 || pane.dataset.video)) shown.frames(by("frames")).catch(() => {});

by("sound")?.addEventListener("click", async () => {
  const told = await ask("/sound", { item }).catch((error) => ({ says: error.error ?? "it cannot be told" }));
  by("sound-says").textContent = told.says;
  if (!told.path) return;
  by("sound-line").firstElementChild.setAttribute("d", told.path);
  by("sound-line").removeAttribute("hidden");
});

if (by("decide")) claim(item);

// ---- the decision
const radios = () => [...(by("decide")?.elements.state ?? [])];

async function grade(radio) {
  if (by("deciding").disabled) return void say("Somebody else works on this item");
  const words = radio.closest("label").querySelector("span").textContent;
  const own = by("reason").value.trim();
  // Two people must say so: what shows it is asked for, never filled in.
  const why = radio === radios().at(-1) ? own || (await reason(words)) : own || (seen > 1 ? `seen at level ${seen}` : "decided by what is known, covered");
  if (!why) return;
  radio.checked = true;
  shown.cover();
  decide({ items: [item], state: radio.value, reason: why, near: by("decide").elements.near.checked }, words);
}

by("reason")?.removeAttribute("required");
by("decide")?.addEventListener("submit", (event) => {
  event.preventDefault();
  grade(radios().find((one) => one.checked));
});

document.addEventListener("fanal:stored", ({ detail: { entry } }) => {
  if (entry.status !== "sent" || !entry.items.includes(item)) return;
  if (by("standing-says")) by("standing-says").textContent = entry.answer?.says ?? "";
  if (entry.kind === "decide" && document.body.dataset.advance !== "0" && query.has("view")) step(1, entry.answer?.next);
});

// ---- the way through the view
async function step(by_, known) {
  const view = query.get("view");
  const at = Number(query.get("at") ?? -1) + by_;
  try {
    let next = known && { id: known };
    if (!next && view && query.has("at") && at >= 0) next = (await ask(`/queue/page?view=${encodeURIComponent(view)}&from=${at}&count=1`)).rows[0];
    else if (!next && by_ > 0) next = { id: (await ask("/next", { view: view ?? "", after: item })).item };
    if (!next?.id) return void say("There is no further item");
    location.assign(`/item/${next.id}${view ? `?view=${encodeURIComponent(view)}&at=${at}` : ""}`);
  } catch (error) {
    refused(error);
  }
}
by("next").hidden = false;
by("previous").hidden = !(query.has("view") && Number(query.get("at")) > 0);
for (const [id, by_] of [["next", 1], ["previous", -1]]) by(id).addEventListener("click", () => step(by_));
if (query.has("view")) by("back").href = `/queue?view=${encodeURIComponent(query.get("view"))}`;

// ---- remarks, and the rest of the page
for (const button of page.querySelectorAll("[data-remark]")) button.addEventListener("click", () => remark(button.dataset.remark, item));
function remarked(words) {
  by("remarks").querySelector(".none")?.remove();
  by("remarks").append(make("li", { text: `Just now: ${words}` }));
}
document.addEventListener("fanal:remarked", ({ detail }) => detail.item === item && remarked(detail.kind));
by("override")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { says, reason: why } = Object.fromEntries(new FormData(event.target));
  try {
    await ask("/remark", { item, kind: "origin", says, reason: why });
    remarked(`origin, ${event.target.elements.says.selectedOptions[0].textContent}`);
    say("Kept: origin");
    event.target.reset();
  } catch (error) {
    refused(error);
  }
});
by("copy").hidden = false;
by("copy").addEventListener("click", () => navigator.clipboard.writeText(by("sha256").textContent).then(() => say("Copied"), () => say("Not copied")));

const grades = Object.fromEntries(radios().map((radio) => [`state-${radio.dataset.key}`, () => grade(radio)]));
const told = (kind) => () => void remark(kind, item);
bind("viewer", {
  ...grades,
  ...(page.querySelector("[data-remark]") ? { second: told("second opinion"), lead: told("lead"), note: told("note") } : {}),
  series: () => (by("series") ? by("series").click() : say("It is in no series")),
  compare: () => location.assign(`/compare?items=${item}`),
  next: () => void step(1),
  previous: () => void (by("previous").hidden || step(-1)),
}, document);
