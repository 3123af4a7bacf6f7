// One picture pane: covered by its mosaic until a person asks for more, one level at a time.
// viewer(pane, {purpose, changed, moved, bound}) → what buttons and other pages may ask of it.

import {ask} from "./ask.js";
import {make} from "./dialog.js";
import {bind} from "./keys.js";
import {reveal} from "./reveal.js";
import {say} from "./say.js";

const [COVERED, CLEAR, GREY, COLOUR] = [1, 3, 4, 5]; // levels; from CLEAR on it can be sized and moved
const [MOST_AREA, STEP, LARGEST] = [0.25, 0.05, 8];

const stageOf = (pane) => pane.querySelector(".stage");

export function viewer(pane, { purpose = () => "decide", changed = () => {}, moved = () => {}, keys = stageOf(pane), grip = null, tall = "62vh" } = {}) {
  const stage = stageOf(pane);
  const mosaic = stage.querySelector(".mosaic") ?? make("img", { className: "mosaic", alt: "Covered: a mosaic", draggable: false });
  const says = stage.querySelector(".stage-says");
  const { item, shut } = pane.dataset;
  const [cap, latch] = [Number(pane.dataset.cap), Number(pane.dataset.latch)];
  const name = stage.getAttribute("aria-label").replace(/, covered$/, "");
  let open = null; // what is shown clearer than the mosaic
  let coming = null; // what was asked for and has not come
  let [holding, frame, area] = [false, undefined, null];
  let look = { scale: 1, x: 0, y: 0 };
  let ratio = 1; // width by height

  const level = () => open?.level ?? COVERED;
  const box = make("div", { className: "area", hidden: true });
  stage.append(box);
  const self = { item, pane, stage, show, hold, release, up, down, keep, cover, colour, size, pan, see, frames, setArea, level, canvas: () => open?.canvas, hasArea: () => area !== null };

  const shape = stage.querySelector(".shape");
  fit(shape.viewBox.baseVal.width, shape.viewBox.baseVal.height);
  shape.remove();

  // The pane has the shape of the picture, so that shares of the one are shares of the other.
  function fit(width, height) {
    ratio = width / height;
    stage.style.aspectRatio = ratio.toFixed(4);
    stage.style.width = `min(100%, calc(${level() < GREY ? tall : "62vh"} * ${ratio.toFixed(4)}))`;
  }

  function tell() {
    stage.setAttribute("aria-label", open ? `${name}, level ${open.level}` : `${name}, covered`);
    changed(self);
  }

  async function show(wanted, latched) {
    if (shut || coming || wanted < COVERED + 1) return;
    if (area) wanted = Math.max(GREY, wanted); // around an area nothing is shown that is clearer than the mosaic
    if (wanted > cap) return void say(`Level ${cap} is the highest here`);
    const mine = (coming = new AbortController());
    says.hidden = true;
    try {
      const told = { purpose: purpose(), frame, area: area ?? undefined, latch: latched ? latch : 0, signal: mine.signal };
      const one = await reveal(item, wanted, { ...told, after: () => open === one && close() });
      const before = open;
      open = one;
      before?.cover();
      fit(one.canvas.width, one.canvas.height);
      stage.append(one.canvas);
      see(look);
      say(`Level ${wanted}`);
    } catch (error) {
      if (mine.signal.aborted || error.error === undefined) return;
      says.textContent = `${error.error}; ${error.advice || "it can be decided all the same"}.`;
      says.hidden = false;
      say(`Not shown: ${error.error}`);
    } finally {
      coming = null;
      tell();
      if (holding && !open && mine.signal.aborted) show(COVERED + 1, false); // let go and held again meanwhile
    }
  }

  function close() {
    open = null;
    look = { scale: 1, x: 0, y: 0 };
    fit(ratio, 1);
    tell();
  }

  function cover() {
    coming?.abort();
    open?.cover();
  }
  function hold() {
    if (holding) return;
    holding = true;
    show(Math.min(level() + 1, cap), false);
  }
  function release() {
    holding = false;
    coming?.abort();
    if (open && !open.isLatched) open.cover();
  }
  function up() { return show(level() + 1, !holding); }
  function down() { return level() > COVERED + 1 ? show(level() - 1, !holding) : cover(); }
  function colour() { return level() === COLOUR ? show(GREY, !holding) : level() === GREY && up(); }

  function keep() {
    if (!open) return void up();
    open.keep(latch);
    say(`Open for ${latch} seconds`);
  }

  // ---- size and place, in shares of the pane, so that several panes can be moved as one
  function see(to) {
    look = to;
    if (open) open.canvas.style.transform = `translate(${100 * look.x}%, ${100 * look.y}%) scale(${look.scale})`;
  }

  function go(to) {
    if (level() < CLEAR) return false;
    const room = (to.scale - 1) / 2;
    const within = (value) => Math.max(-room, Math.min(room, value));
    see({ scale: to.scale, x: within(to.x), y: within(to.y) });
    moved(look);
    return true;
  }

  function size(by) { return go({ ...look, scale: Math.max(1, Math.min(LARGEST, look.scale * by)) }); }
  function pan(x, y) { return go({ ...look, x: look.x + x, y: look.y + y }); }

  // ---- a chosen rectangle, of a quarter at most
  function setArea(to) {
    cover();
    area = to;
    box.hidden = !area;
    if (area) {
      const [x, y, w, h] = area;
      const wide = Math.max(0.02, Math.min(1, w));
      const high = Math.max(0.02, Math.min(1, h, MOST_AREA / wide));
      area = [Math.max(0, Math.min(1 - wide, x)), Math.max(0, Math.min(1 - high, y)), wide, high].map((one) => Math.floor(one * 1e4) / 1e4);
      [box.style.left, box.style.top, box.style.width, box.style.height] = area.map((one) => `${100 * one}%`);
    }
    tell();
  }

  function arrow(x, y, event) {
    if (area && !open) {
      const by = event.shiftKey ? [0, 0, x, y] : [x, y, 0, 0];
      setArea(area.map((one, at) => one + STEP * by[at]));
    } else if (holding && y) y < 0 ? up() : down();
    else return !event.shiftKey && pan(-x * 2 * STEP, -y * 2 * STEP);
    return true;
  }

  // ---- pointer: press to see, let go to cover; drag moves what is open, or draws the area
  let from = null;
  const share = (event) => {
    const at = stage.getBoundingClientRect();
    return [(event.clientX - at.left) / at.width, (event.clientY - at.top) / at.height];
  };
  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    stage.setPointerCapture(event.pointerId);
    from = share(event);
    if (!area && !(open?.isLatched && level() >= CLEAR)) (grip?.hold ?? hold)();
  });
  stage.addEventListener("pointermove", (event) => {
    if (!from) return;
    const [x, y] = share(event);
    if (area && !open) setArea([Math.min(x, from[0]), Math.min(y, from[1]), Math.abs(x - from[0]), Math.abs(y - from[1])]);
    else if (open?.isLatched && level() >= CLEAR) {
      pan(x - from[0], y - from[1]);
      from = [x, y];
    }
  });
  for (const ended of ["pointerup", "pointercancel"]) {
    stage.addEventListener(ended, () => { from = null; (grip?.release ?? release)(); });
  }
  stage.addEventListener("wheel", (event) => size(event.deltaY < 0 ? 1.2 : 1 / 1.2) && event.preventDefault(), { passive: false });
  stage.addEventListener("contextmenu", (event) => event.preventDefault());
  window.addEventListener("blur", release);
  document.addEventListener("fanal:blank", release);

  // ---- frames of an animation or a video: mosaics first, then the one that is chosen
  async function frames(list) {
    const told = await ask("/frames", { item });
    list.replaceChildren(...told.frames.map((one) => {
      const when = one.seconds === undefined || one.seconds === null ? "" : `, ${Math.round(one.seconds)} s`;
      const words = `Frame ${one.n + 1}${when}`;
      const button = make("button", { type: "button", "aria-pressed": "false" }, one.tile ? make("img", { src: one.tile, alt: "", className: "mosaic" }) : null, words);
      button.addEventListener("click", () => {
        cover();
        frame = one.n;
        for (const other of list.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
        if (one.tile) mosaic.src = one.tile;
        if (!mosaic.isConnected) stage.prepend(mosaic);
        say(`${words}, covered`);
      });
      return make("li", {}, button);
    }));
    list.hidden = told.frames.length < 2;
  }

  if (keys && !shut) {
    bind("viewer", {
      show: { down: hold, up: release },
      area: () => setArea(area ? null : [0.25, 0.25, 0.5, 0.5]), grey: colour,
      text: () => pane.classList.toggle("text-only"),
      left: (event) => arrow(-1, 0, event), right: (event) => arrow(1, 0, event),
      up: (event) => arrow(0, -1, event), down: (event) => arrow(0, 1, event),
      on: () => size(1.25), back: () => size(1 / 1.25),
    }, keys);
    bind("viewer", { open: keep }, stage);
  }
  if (document.body.dataset.text === "1") pane.classList.add("text-only");
  tell();
  return self;
}
