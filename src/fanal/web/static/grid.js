// A grid of any number of tiles: rows are placed where they belong and used again when they have left the window.
// new Grid(box, {page, paint, made, text}): `page(from, count, signal)` gives rows, `paint(cell, row, pictures)` fills a tile,
// `made(cell)` prepares one. Tells `focused` and `changed` on the box.

const PAGE = 200;
const KEPT = 40; // pages of rows in memory
const WIDE = 124; // the least width of a tile
const TALL = 170;
const SHORT = 94; // where only text is shown
const FLING = 4000; // pixels a second, above which no picture is set
const MOST = 600_000; // tiles in one part; browsers end a page at about 17.9 million pixels
const HEIGHT = 16_000_000;

export class Grid {
  constructor(box, {page, paint, made, text = false, total = 0}) {
    Object.assign(this, {box, page, paint, made, text, total, active: 0, part: 0, columns: 1, tall: 0, fast: false});
    this.selected = new Map(); // place → row
    this.pages = new Map(); // number → rows, or the AbortController of what was asked
    this.lines = new Map(); // number of a row → its element
    this.free = [];
    this.inner = document.createElement("div");
    this.inner.setAttribute("role", "rowgroup");
    this.inner.className = "grid-inner";
    box.replaceChildren(this.inner);
    this.before = {top: 0, when: 0};
    box.addEventListener("scroll", () => this.scrolled(), {passive: true});
    new ResizeObserver(() => this.measure()).observe(box);
    this.measure();
  }

  // Starts anew on other rows.
  reset(total, active = 0) {
    for (const one of this.pages.values()) one.abort?.();
    this.pages.clear();
    this.selected.clear();
    this.total = total;
    this.active = Math.max(0, Math.min(active, total - 1));
    this.part = 0;
    this.measure(true);
    this.box.scrollTop = 0;
  }

  // Asks for every row anew, where the list itself stays as it is.
  reload() {
    for (const one of this.pages.values()) one.abort?.();
    this.pages.clear();
    this.render();
  }

  setText(text) {
    this.text = text;
    this.measure(true);
  }

  measure(always = false) {
    const width = this.box.clientWidth;
    const columns = Math.max(1, Math.floor(width / WIDE));
    const tall = this.text ? SHORT : TALL;
    const at = this.top();
    const had = this.inner.contains(document.activeElement) && (always || this.isInside(this.active));
    this.height = this.box.clientHeight;
    if (!width || (!always && columns === this.columns && tall === this.tall)) return had && !this.isInside(this.active) ? this.focus(this.active) : this.render();
    Object.assign(this, {columns, tall, size: Math.min(Math.floor(MOST / columns), Math.floor(HEIGHT / tall)) * columns});
    for (const line of [...this.lines.values(), ...this.free]) line.remove();
    this.lines.clear();
    this.free = [];
    this.box.classList.toggle("grid-text", this.text);
    this.box.style.setProperty("--columns", columns);
    this.box.setAttribute("aria-colcount", columns);
    this.box.setAttribute("aria-rowcount", Math.ceil(this.total / columns));
    this.toPart(Math.floor(at / this.size));
    this.box.scrollTop = Math.floor((at - this.part * this.size) / columns) * tall;
    this.render();
    if (had) this.focus(this.active);
    return undefined;
  }

  parts() {
    return Math.max(1, Math.ceil(this.total / this.size));
  }

  // Shows another part; a part begins with a full row.
  toPart(part) {
    this.part = Math.max(0, Math.min(part, this.parts() - 1));
    this.rows = Math.ceil(Math.min(this.size, this.total - this.part * this.size) / this.columns);
    this.inner.style.height = `${this.rows * this.tall}px`;
    for (const line of this.lines.values()) this.put(line);
    this.lines.clear();
    this.box.dispatchEvent(new CustomEvent("changed"));
  }

  // The place of the first tile in the window.
  top() {
    return this.tall ? this.part * this.size + Math.floor(this.box.scrollTop / this.tall) * this.columns : 0;
  }

  scrolled() {
    const now = performance.now();
    const top = this.box.scrollTop;
    const speed = (Math.abs(top - this.before.top) / Math.max(1, now - this.before.when)) * 1000;
    this.before = {top, when: now};
    this.fast = speed > FLING;
    clearTimeout(this.calm);
    this.calm = setTimeout(() => {
      this.fast = false;
      this.repaint();
    }, 120);
    this.render();
  }

  isInside(place) {
    const top = this.rowOf(place) * this.tall;
    return top >= this.box.scrollTop && top + this.tall <= this.box.scrollTop + this.height;
  }

  put(line) {
    line.hidden = true;
    this.free.push(line);
  }

  render() {
    if (!this.tall) return;
    const top = this.box.scrollTop;
    const first = Math.max(0, Math.floor(top / this.tall) - 1);
    const last = Math.min(this.rows - 1, Math.floor((top + this.height) / this.tall) + 1);
    const own = this.rowOf(this.active);
    for (const [number, line] of this.lines) {
      if ((number < first || number > last) && number !== own) {
        this.lines.delete(number);
        this.put(line);
      }
    }
    for (let number = first; number <= last; number += 1) if (!this.lines.has(number)) this.place(number);
    if (own >= 0 && own < this.rows && !this.lines.has(own)) this.place(own);
    this.want(first, last);
  }

  rowOf(place) {
    return Math.floor((place - this.part * this.size) / this.columns);
  }

  place(number) {
    const line = this.free.pop() ?? this.line();
    this.lines.set(number, line);
    line.hidden = false;
    line.style.transform = `translateY(${number * this.tall}px)`;
    line.setAttribute("aria-rowindex", Math.floor(this.part * this.size / this.columns) + number + 1);
    this.paintLine(number, line);
  }

  line() {
    const line = document.createElement("div");
    line.className = "grid-row";
    line.setAttribute("role", "row");
    for (let column = 1; column <= this.columns; column += 1) {
      const cell = document.createElement("div");
      cell.className = "tile";
      cell.setAttribute("role", "gridcell");
      cell.setAttribute("aria-colindex", column);
      this.made(cell);
      line.append(cell);
    }
    this.inner.append(line);
    return line;
  }

  paintLine(number, line) {
    const from = this.part * this.size + number * this.columns;
    for (let n = 0, cell = line.firstChild; cell; cell = cell.nextSibling, n += 1) this.paintCell(cell, from + n);
  }

  paintCell(cell, place) {
    cell.place = place;
    cell.tabIndex = place === this.active ? 0 : -1;
    const is = place < this.total;
    if (cell.hidden === is) cell.hidden = !is;
    if (!is) return;
    const chosen = this.selected.has(place);
    if (chosen !== cell.chosen) {
      cell.chosen = chosen;
      cell.setAttribute("aria-selected", chosen);
      cell.classList.toggle("chosen", chosen);
    }
    this.paint(cell, this.row(place), !this.fast && !this.text);
  }

  repaint() {
    for (const [number, line] of this.lines) this.paintLine(number, line);
  }

  cell(place) {
    return this.lines.get(this.rowOf(place))?.children[(place - this.part * this.size) % this.columns];
  }

  row(place) {
    const rows = this.pages.get(Math.floor(place / PAGE));
    return Array.isArray(rows) ? rows[place % PAGE] : undefined;
  }

  // Asks for the pages of these rows; what was asked for others is no longer wanted.
  want(first, last) {
    if (!this.total) return;
    const from = Math.floor((this.part * this.size + first * this.columns) / PAGE);
    const to = Math.floor(Math.min(this.total - 1, this.part * this.size + (last + 1) * this.columns - 1) / PAGE);
    for (const [number, one] of this.pages) if (one.abort && !one.kept && (number < from || number > to)) this.drop(number, one);
    for (let number = from; number <= to; number += 1) if (!this.pages.has(number)) this.load(number);
  }

  drop(number, asked) {
    this.pages.delete(number);
    asked.abort();
  }

  async load(number, kept = false) {
    const asked = Object.assign(new AbortController(), {kept});
    this.pages.set(number, asked);
    try {
      const rows = await this.page(number * PAGE, PAGE, asked.signal);
      if (this.pages.get(number) !== asked) return;
      this.pages.set(number, rows);
      const old = [...this.pages.keys()].find((one) => Array.isArray(this.pages.get(one)) && Math.abs(one - number) > 2);
      if (this.pages.size > KEPT && old !== undefined) this.pages.delete(old);
      this.repaint();
      this.box.dispatchEvent(new CustomEvent("changed"));
    } catch {
      if (this.pages.get(number) !== asked) return;
      this.pages.delete(number);
      clearTimeout(this.later);
      this.later = setTimeout(() => this.render(), 2000);
    }
  }

  // The row of a place, asked for where it is not here.
  async rowAt(place) {
    const number = Math.floor(place / PAGE);
    if (!this.pages.has(number)) await this.load(number, true);
    for (let turn = 0; turn < 100 && !Array.isArray(this.pages.get(number)); turn += 1) await new Promise((go) => setTimeout(go, 50));
    return this.row(place);
  }

  focus(place, {take = true} = {}) {
    if (!this.total) return;
    const before = this.cell(this.active);
    this.active = Math.max(0, Math.min(place, this.total - 1));
    if (before) before.tabIndex = -1;
    const part = Math.floor(this.active / this.size);
    if (part !== this.part) this.toPart(part);
    const top = this.rowOf(this.active) * this.tall;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    else if (top + this.tall > this.box.scrollTop + this.height) this.box.scrollTop = top + this.tall - this.height;
    this.render();
    const cell = this.cell(this.active);
    cell.tabIndex = 0;
    if (take) cell.focus({preventScroll: true});
    this.box.dispatchEvent(new CustomEvent("focused"));
  }

  screen() {
    return Math.max(1, Math.floor(this.height / this.tall));
  }

  // Moves the focus, with Shift the selection from where it began.
  move(event, step) {
    const to = Math.max(0, Math.min(this.active + step, this.total - 1));
    if (event.shiftKey) this.extend(to);
    else this.anchor = undefined;
    this.focus(to);
  }

  async extend(to) {
    this.anchor ??= this.active;
    const [from, until] = [Math.min(this.anchor, to), Math.min(Math.max(this.anchor, to), Math.min(this.anchor, to) + 4999)];
    for (const place of this.range ?? []) if (place < from || place > until) this.selected.delete(place);
    this.range = Array.from({length: until - from + 1}, (_, n) => from + n);
    for (const place of this.range) this.selected.set(place, this.row(place));
    this.reselected();
    for (const place of this.range) if (!this.selected.get(place) && this.selected.has(place)) this.selected.set(place, await this.rowAt(place));
    this.reselected();
  }

  toggle(place) {
    this.anchor = this.range = undefined;
    if (!this.selected.delete(place)) this.selected.set(place, this.row(place));
    this.reselected();
  }

  clear() {
    this.anchor = this.range = undefined;
    this.selected.clear();
    this.reselected();
  }

  reselected() {
    this.repaint();
    this.box.dispatchEvent(new CustomEvent("changed"));
  }
}
