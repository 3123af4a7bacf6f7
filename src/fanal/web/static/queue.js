// The queue: tiles or a table, filters, what is done with one place or with what is selected.

import {ask} from "./ask.js";
import {form, make, reason, remark} from "./dialog.js";
import {Grid} from "./grid.js";
import {bind, name, shownKey} from "./keys.js";
import {reveal} from "./reveal.js";
import {refused, say} from "./say.js";
import {decide, did, redo, standing, undo} from "./store.js";
import {Table} from "./table.js";

const by = (id) => document.getElementById(id);
const filters = by("filters");
const state = {view: filters.dataset.view, total: Number(filters.dataset.total), excluded: new Map(), levels: new Map()};
const grades = [...document.querySelectorAll("#grades button")].map((button) => ({code: button.dataset.state, words: button.querySelector("span").textContent, button}));
const ASKS_WHY = "no_real_person_found";
const MOST = 20; // of more than so many a sheet and a sample are checked first
const table = by("table"); // beside tiles it is for paper and for browsers without scripts
const list = by("grid") ? tiles() : new Table(table, (row) => decided(row, standing(row.id)));

// Tiles

function tiles() {
  const place = table.parentElement;
  table.remove();
  window.addEventListener("beforeprint", () => place.append(table));
  window.addEventListener("afterprint", () => table.remove());
  const page = async (from, count, signal) => {
    const told = await ask(`/queue/page?view=${state.view}&from=${from}&count=${count}`, undefined, {passive: true, signal});
    by("stale").hidden = !told.stale;
    return told.rows;
  };
  return new Grid(by("grid"), {page, paint, made, total: state.total, text: document.body.dataset.text === "1"});
}

function made(cell) {
  const line = (kind, ...inside) => {
    const text = document.createTextNode("");
    cell.append(make("div", {className: kind}, text, ...inside));
    return text;
  };
  cell.pic = make("img", {className: "pic", alt: "", draggable: false, width: 128, height: 92});
  cell.append(cell.pic);
  cell.gauge = make("span", {className: "strength", hidden: true});
  cell.marks = document.createTextNode("");
  cell.lines = [line("t1", cell.gauge), line("t2"), line("t3")];
  cell.corner = make("span", {className: "marks"}, cell.marks);
  cell.append(cell.corner);
}

const write = (node, text) => { if (node.data !== text) node.data = text; };

function paint(cell, row, pictures) {
  const mine = row && standing(row.id);
  const same = cell.row === row && cell.mine === mine && cell.status === mine?.status && cell.why === mine?.why;
  if (same && (cell.pictures || !pictures)) return;
  const src = pictures && row && !row.rest ? row.tile : "";
  if (cell.src !== src && (src || cell.row !== row)) {
    if (src) cell.pic.src = src;
    else cell.pic.removeAttribute("src");
    cell.src = src;
  }
  cell.pictures = pictures && row !== undefined;
  if (same) return;
  Object.assign(cell, {row, mine, status: mine?.status, why: mine?.why});
  cell.dataset.item = row?.id ?? "";
  cell.classList.toggle("bare", row !== undefined && (row.rest || !row.tile));
  const [first, second, third] = row ? lines(row, mine) : ["…", "", ""];
  write(cell.lines[0], first);
  write(cell.lines[1], second);
  write(cell.lines[2], third);
  const strength = row?.origin?.strength ?? 0;
  cell.gauge.hidden = !strength;
  cell.gauge.parentElement.className = strength ? "t1 has" : "t1";
  cell.gauge.className = `strength s${strength}`;
  write(cell.marks, row ? corner(row) : "");
  cell.corner.hidden = !cell.marks.data;
  cell.dataset.grade = row ? grades.findIndex((one) => one.code === stateOf(row, mine)) + 1 : 0;
  cell.setAttribute("aria-label", row ? named(row, mine) : "Not here yet");
}

// The whole name of a place, with where it stands by what was decided here.
function named(row, mine = standing(row.id)) {
  return mine ? `${row.label.replace(/\. (Not decided|Decided: [^.]*)$/, "")}. ${capital(decided(row, mine))}` : row.label;
}

const stateOf = (row, mine = standing(row.id)) => (mine && mine.status !== "failed" ? mine.state : row.grade ?? "");

function lines(row, mine) {
  const parts = [row.known, row.copies > 1 ? `×${row.copies}` : "", row.kind === "image" ? "" : row.kind];
  return [capital(row.origin?.word ?? ""), parts.filter(Boolean).join(" · "), decided(row, mine) || why(row)];
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

// Why it is here, without what the lines above say already and without how most sentences begin.
const SAID = /^(on no list|nothing speaks for a camera or a generator: treated as camera)$/;
function why(row) {
  const parts = (row.sentence ?? "").replace(/^(for \w+|one) of (its|the) series: /, "").replace(/not enough to tell where it comes from, treated as camera: /, "").split("; ");
  const telling = parts.filter((part) => !SAID.test(part));
  return capital((telling.length ? telling : parts).join("; "));
}

function decided(row, mine) {
  if (!mine) return row.grade ? `${numberOf(stateOf(row, null))} ${row.title ?? ""}`.trim() : "";
  const after = {waiting: " (being sent)", sending: mine.why ? " (waits for the desk)" : " (being sent)", failed: ` (not kept: ${mine.why})`}[mine.status] ?? "";
  return `${numberOf(mine.state)} ${mine.words}${after}`;
}

const numberOf = (code) => grades.findIndex((one) => one.code === code) + 1 || "";

function corner({marks = {}, holder = "", series}) {
  return [series?.size > 1 && `series ${series.size}`, marks.lead && "lead", marks.note && "note", marks.second && "2nd", (holder || marks.claimed) && "held"].filter(Boolean).join(" ");
}

// What is chosen: the places that are selected, else the one with the focus.

const current = () => list.row(list.active);
const chosen = () => (list.selected.size ? [...list.selected.values()].filter(Boolean) : [current()].filter(Boolean));

function refresh() {
  const row = current();
  const count = list.selected.size;
  const rows = chosen();
  by("none").hidden = !count;
  if (count) {
    const series = new Set(rows.map((one) => one.series?.id).filter(Boolean)).size;
    const open = rows.filter((one) => !stateOf(one)).length;
    const unseen = rows.filter((one) => !state.levels.has(one.id)).length;
    by("current").textContent = `${count.toLocaleString("en")} selected, of ${series} series; ${open.toLocaleString("en")} not decided, ${unseen.toLocaleString("en")} seen as squares or not at all`;
  } else {
    by("current").textContent = row ? `${named(row)}. ${row.sentence ?? ""}` : "";
  }
}

function part() {
  const from = list.part * list.size;
  by("parts").hidden = list.parts() < 2;
  by("part").textContent = `${(from + 1).toLocaleString("en")} to ${Math.min(from + list.size, list.total).toLocaleString("en")}`;
  by("part-back").disabled = !list.part;
  by("part-on").disabled = list.part + 1 >= list.parts();
}

// Grades

async function grade({code, words}) {
  const rows = chosen();
  if (!rows.length) return void say("This place is not here yet");
  if (rows.length > MOST) return void bulk({items: rows.map((row) => row.id)}, code);
  const why = code === ASKS_WHY ? await reason(words) : by("reason").value.trim();
  if (!why) return say("A decision needs a reason");
  const items = rows.map((row) => row.id);
  const many = list.selected.size > 0;
  decide({items, state: code, reason: why, many, view: state.view}, words, items);
  list.clear();
  if (document.body.dataset.advance === "1") await advance();
  else list.focus(list.active);
}

async function advance() {
  for (let place = list.active + 1; place < Math.min(list.total, list.active + 2001); place += 1) {
    const row = list.row(place) ?? await list.rowAt(place);
    if (row && !stateOf(row)) return list.focus(place);
  }
  return say("Nothing undecided follows here");
}

// Many: what it reaches in words, a sheet of mosaics, a sample drawn by the desk, then a job with one undo.
async function bulk(what, code) {
  try {
    say("A sample is drawn");
    const told = await ask("/bulk/sample", {...what, state: code});
    const sheet = make("ul", {className: "sheet"}, ...told.check.map((row) => make("li", {},
      row.tile ? make("img", {src: row.tile, alt: "", className: "pic"}) : null, make("a", {href: `/item/${row.id}`, target: "_blank", rel: "noopener", "aria-label": row.label, text: lines(row).slice(0, 2).join(" · ") || row.label}))));
    const why = await form(told.says, [
      {name: "reason", label: "Reason", required: true, value: code === ASKS_WHY ? "" : by("reason").value},
      {name: "seen", label: "I have looked through this sample and found nothing that speaks against it", check: true, required: true},
    ], "Decide all", make("p", {text: told.rule}), sheet);
    if (!why) return;
    const {job} = await ask("/bulk", {token: crypto.randomUUID(), sample: told.sample, state: code, reason: why.reason});
    list.clear();
    await follow(job, told.says, what.items ?? []);
  } catch (error) {
    refused(error);
  }
}

// Everything in the list, whatever was selected.
async function whole() {
  const told = await form("Decide the whole list", [
    {name: "code", label: "Decision", choices: grades.map((one) => [one.code, one.words])},
    {name: "error", label: "Sample to look through", choices: [["5", "59: with no mistake among them, at most 5 % are mistaken"], ["1", "299: with no mistake among them, at most 1 % are mistaken"]]},
  ], "Draw the sample");
  if (told) await bulk({view: state.view, error: Number(told.error)}, told.code);
}

async function follow(job, words, items) {
  for (;;) {
    const told = await ask("/bulk/job", {job}, {passive: true});
    say(told.says ?? `${told.done} of ${told.of}`);
    if (told.finished) {
      did(told.id, words, items);
      list.reload();
      if (told.results.length) await form("Not decided", [], "Close", make("ul", {}, ...told.results.map((one) => make("li", {text: one.says}))));
      return;
    }
    await new Promise((go) => setTimeout(go, 700));
  }
}

// The next level of a tile, as long as the key is held.

let held = null;

function show() {
  const row = current();
  const cell = list.cell?.(list.active);
  if (!row || !cell || row.rest) return say(row?.rest ? "Text only for now; open the item to see it" : "Pictures are shown in tiles");
  const cap = Math.min(Number(document.body.dataset.grid), Number(document.body.dataset.level));
  const level = Math.min(cap, (state.levels.get(row.id) ?? 1) + 1);
  if (level < 2) return say("Tiles show no more than this, by your settings or the team's");
  const signal = new AbortController();
  held = {signal};
  say(`Level ${level} is on its way`);
  reveal(row.id, level, {purpose: by("purpose").value, signal: signal.signal}).then((one) => {
    if (signal.signal.aborted) return one.cover();
    held.one = one;
    state.levels.set(row.id, level);
    cell.append(one.canvas);
    return say(`Level ${level}`);
  }, (error) => signal.signal.aborted || refused(error));
  return true;
}

function cover() {
  held?.signal.abort();
  held?.one?.cover();
  held = null;
}

// Filters

function read() {
  const told = {};
  for (const box of filters.querySelectorAll("[name^=only-]:checked")) ((told[facetOf(box)] ??= {}).only ??= []).push(box.value);
  for (const button of filters.querySelectorAll(".not[aria-pressed=true]")) ((told[facetOf(button)] ??= {}).not ??= []).push(button.value);
  return told;
}

const facetOf = (element) => element.closest("[data-facet]").dataset.facet;
let asked = null;

// `beside`: {near: item} or {like: item} in place of the filters, with its words.
async function look(beside = null, words = "") {
  asked?.abort();
  asked = new AbortController();
  try {
    const told = await ask("/view", beside ?? {filters: read(), sort: by("sort").value, search: by("search").value}, {signal: asked.signal});
    if (!list.reset) return location.assign(`/queue?view=${told.view}&as=table`);
    Object.assign(state, {view: told.view, total: told.total});
    history.replaceState(null, "", `/queue?view=${told.view}`);
    by("as-table").href = `/queue?view=${told.view}&as=table`;
    by("stale").hidden = true;
    by("total").textContent = `${told.total.toLocaleString("en")} to look at`;
    told.facets.forEach(refill);
    chips(words);
    list.reset(told.total);
    return say(`${told.total.toLocaleString("en")} to look at`);
  } catch (error) {
    return refused(error);
  }
}

// While the desk still reads the list there is no view: it is asked for until there is one.
async function built() {
  while (!state.view) {
    await new Promise((go) => setTimeout(go, 2000));
    const told = await ask("/view", {}, {passive: true}).catch(() => ({}));
    if (told.view) return location.assign(`/queue?view=${told.view}${list.reset ? "" : "&as=table"}`);
  }
  return undefined;
}

function refill({name: facet, values}) {
  const box = filters.querySelector(`[data-facet="${facet}"] ul`);
  if (!box) return;
  const {only = [], not = []} = read()[facet] ?? {};
  const focus = box.contains(document.activeElement) ? [document.activeElement.tagName, document.activeElement.value] : null;
  box.replaceChildren(...values.map(({code, says, count}) => make("li", {className: "facet-row"},
    make("label", {className: "check"}, make("input", {type: "checkbox", name: `only-${facet}-${code}`, value: code, checked: only.includes(code)}),
      make("span", {className: "clip", text: says}), make("span", {className: "num quiet", text: count.toLocaleString("en")})),
    make("button", {type: "button", className: "not plain", value: code, "aria-pressed": String(not.includes(code))}, "not", make("span", {className: "unseen", text: ` ${says}`})))));
  if (focus) [...box.querySelectorAll("input, button")].find((one) => one.tagName === focus[0] && one.value === focus[1])?.focus();
}

// The filters in force, as words that can be taken away.
function chips(beside = "") {
  const on = beside ? [] : [...filters.querySelectorAll("[name^=only-]:checked, .not[aria-pressed=true]")];
  const words = on.map((one) => `${one.closest("[data-facet]").querySelector("summary").textContent.trim()}: ${one.matches("input") ? "" : "not "}${one.closest("li").querySelector(".clip").textContent}`);
  by("chips").replaceChildren(...(beside ? [beside] : words).map((text, n) => {
    const chip = make("button", {type: "button", className: "chip"}, text, make("span", {"aria-hidden": "true", text: "×"}), make("span", {className: "unseen", text: ", take away"}));
    chip.addEventListener("click", () => {
      if (on[n]) switchOff(on[n]);
      look();
      by("search").focus();
    });
    return chip;
  }));
}

function switchOff(one) {
  if (one.matches("input")) one.checked = false;
  else one.setAttribute("aria-pressed", "false");
}

filters.addEventListener("change", (event) => {
  if (event.target.matches("[name^=only-], #sort")) look();
});
filters.addEventListener("click", (event) => {
  const row = event.target.closest(".facet-row");
  const button = event.target.closest(".not");
  if (!row || !(button || event.altKey)) return;
  event.preventDefault();
  const not = row.querySelector(".not");
  row.querySelector("input").checked = false;
  not.setAttribute("aria-pressed", String(not.getAttribute("aria-pressed") !== "true"));
  setTimeout(look);
});
filters.addEventListener("submit", (event) => {
  event.preventDefault();
  look();
});
by("stale").addEventListener("click", () => look());

// Commands

if (list.parts) {
  list.box.addEventListener("changed", part);
  by("part-back").addEventListener("click", () => list.focus((list.part - 1) * list.size));
  by("part-on").addEventListener("click", () => list.focus((list.part + 1) * list.size));
  part();
}
if (matchMedia("(max-width: 1000px)").matches) document.querySelector(".facets").open = false;

// Whoever comes back finds the place again: its number stands in the address that is left.
function go(address) {
  if (list.reset && state.view) history.replaceState(null, "", `/queue?view=${state.view}&from=${list.active}`);
  location.assign(address);
}
const name8 = (row) => `item ${row.id.slice(0, 8)}`;
const about = (kind) => () => current() && remark(kind, current().id, `place ${list.active + 1}`);
const commands = {
  open: async () => {
    const row = current() ?? await list.rowAt(list.active);
    if (row) go(`/item/${row.id}?view=${state.view}&at=${list.active}`);
  },
  series: () => (current()?.series ? go(`/series/${current().series.id}`) : say("It is in no series")),
  compare: () => (list.selected.size > 1 && list.selected.size < 5 ? go(`/compare?items=${chosen().map((row) => row.id).join(",")}`) : say("Select two to four to compare")),
  near: () => current() && look({near: current().id}, `Near copies of ${name8(current())}`),
  alike: () => current() && look({like: current().id}, `Like ${name8(current())}`),
  second: about("second opinion"),
  lead: about("lead"),
  note: about("note"),
  select: () => list.toggle(list.active),
  undo: () => undo(),
  redo: () => redo(),
  show: {down: show, up: cover},
  text: () => list.setText && text(!list.text),
  left: (event) => list.move(event, -1),
  right: (event) => list.move(event, 1),
  up: (event) => list.move(event, -list.columns),
  down: (event) => list.move(event, list.columns),
  back: (event) => list.move(event, -list.columns * list.screen()),
  on: (event) => list.move(event, list.columns * list.screen()),
  first: (event) => list.move(event, -list.total),
  last: (event) => list.move(event, list.total),
};
grades.forEach((one, n) => {
  commands[`state-${n + 1}`] = () => { grade(one); };
  name(`state-${n + 1}`, one.words);
  one.button.querySelector("kbd").textContent = shownKey(`state-${n + 1}`);
  one.button.addEventListener("click", () => grade(one));
});

function text(on) {
  list.setText(on);
  by("text").setAttribute("aria-pressed", String(on));
  say(on ? "Text only" : "With mosaics");
}

bind("grid", commands, list.box);
bind("page", {filter: () => by("search").focus()});
by("actions").addEventListener("click", (event) => {
  const command = event.target.closest("[data-command]")?.dataset.command;
  if (command) commands[command](event);
});
by("actions").addEventListener("mousedown", (event) => { if (event.target.closest("button")) event.preventDefault(); });
by("none").addEventListener("click", () => list.clear());
by("whole")?.addEventListener("click", whole);
by("text")?.addEventListener("click", () => text(!list.text));
list.box.addEventListener("click", (event) => {
  const place = event.target.closest("[data-item]")?.place;
  if (place === undefined || event.target.closest("a")) return;
  if (event.shiftKey) list.extend(place);
  else if (event.ctrlKey || event.metaKey) list.toggle(place);
  list.focus(place);
});
list.box.addEventListener("dblclick", () => commands.open());
for (const what of ["focused", "changed"]) list.box.addEventListener(what, refresh);
for (const what of ["fanal:cover", "fanal:blank"]) document.addEventListener(what, cover);
document.addEventListener("fanal:stored", () => {
  list.repaint();
  refresh();
});
document.addEventListener("fanal:remarked", ({detail}) => {
  const row = chosen().find((one) => one.id === detail.item);
  if (row) row.marks = {...row.marks, [{"second opinion": "second"}[detail.kind] ?? detail.kind]: true};
  list.repaint();
});
by("text")?.setAttribute("aria-pressed", String(Boolean(list.text)));
chips();
built();
list.focus(list.reset ? Number(new URLSearchParams(location.search).get("from")) || 0 : 0, {take: document.activeElement === document.body});
