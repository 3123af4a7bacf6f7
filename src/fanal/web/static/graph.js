// Hides and shows lines of the drawing and rows of its table together; sorts the table.

const form = document.getElementById("graph-filters");
const drawing = document.querySelector("svg.graph");
const table = document.getElementById("graph-table");
const DAY = 86_400_000;

function chosen() {
  const kinds = new Set([...form.querySelectorAll("[name=kind]:checked")].map((box) => box.value));
  const until = form.elements.until;
  return {
    kinds,
    firm: form.elements.firm.checked,
    until: until && until.value !== until.max ? Number(until.value) : Infinity,
  };
}

function fits(line, { kinds, firm, until }) {
  const { kind, firm: isFirm, first } = line.dataset;
  return kinds.has(kind) && (!firm || isFirm === "1") && (first === "" || Number(first) <= until);
}

function apply() {
  const wanted = chosen();
  for (const line of document.querySelectorAll("[data-kind][data-firm]")) {
    line.classList.toggle("out", !fits(line, wanted));
  }
  const until = form.elements.until;
  if (until) {
    const day = new Date((Number(until.dataset.first) + Number(until.value)) * DAY);
    form.querySelector("output").textContent = day.toISOString().slice(0, 10);
  }
}

function sort(head) {
  const column = [...head.parentElement.children].indexOf(head);
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of head.parentElement.children) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const body = table.tBodies[0];
  const text = (row) => row.children[column].textContent;
  const rows = [...body.rows].sort((a, b) => text(a).localeCompare(text(b)) * (down ? -1 : 1));
  body.replaceChildren(...rows);
}

function headed() {
  for (const head of table.querySelectorAll("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sort(head));
    head.replaceChildren(button);
  }
}

if (form && drawing) {
  form.hidden = false;
  form.addEventListener("input", apply);
  apply();
}
if (table) headed();
