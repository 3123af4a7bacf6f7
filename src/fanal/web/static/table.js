// The queue as a table of the page's own rows, with the same doings as the grid: one tab stop more, the row with the focus.

export class Table {
  constructor(box, says) {
    Object.assign(this, {box, says, columns: 1, active: 0, selected: new Map()});
    this.lines = [...box.querySelectorAll("tr[data-item]")];
    this.total = this.lines.length;
    this.rows = this.lines.map((line, place) => {
      const [title, ...cells] = [line.querySelector("th"), ...line.cells].map((cell) => cell.textContent.trim());
      line.place = place;
      return {id: line.dataset.item, series: line.dataset.series ? {id: line.dataset.series} : null, label: `Item ${title}. ${cells[2]}. ${cells[3]}`,
        sentence: cells[7], title: cells[8], grade: line.dataset.graded ? "decided" : ""};
    });
  }

  row(place) { return this.rows[place]; }
  rowAt(place) { return this.rows[place]; }
  reload() { location.reload(); }
  screen() { return 10; }

  focus(place, {take = true} = {}) {
    if (!this.total) return;
    if (this.lines[this.active]) this.lines[this.active].tabIndex = -1;
    this.active = Math.max(0, Math.min(place, this.total - 1));
    this.lines[this.active].tabIndex = 0;
    if (take) this.lines[this.active].focus();
    this.box.dispatchEvent(new CustomEvent("focused"));
  }

  move(event, step) {
    const to = Math.max(0, Math.min(this.active + step, this.total - 1));
    if (event.shiftKey) this.extend(to);
    this.focus(to);
  }

  extend(to) {
    for (let place = Math.min(this.active, to); place <= Math.max(this.active, to); place += 1) this.selected.set(place, this.rows[place]);
    this.repaint();
  }

  toggle(place) {
    if (!this.selected.delete(place)) this.selected.set(place, this.rows[place]);
    this.repaint();
  }

  clear() {
    this.selected.clear();
    this.repaint();
  }

  repaint() {
    this.lines.forEach((line, place) => {
      line.classList.toggle("chosen", this.selected.has(place));
      line.setAttribute("aria-current", this.selected.has(place));
      const said = this.says(this.rows[place]);
      const cell = line.querySelector(".decided");
      if (said !== cell.textContent) cell.textContent = said;
    });
    this.box.dispatchEvent(new CustomEvent("changed"));
  }
}
