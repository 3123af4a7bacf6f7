// The one way to a picture clearer than its mosaic: asked for, drawn, covered, told.
// What comes back goes into a canvas and nowhere else; the bytes are dropped at once.

import {ask} from "./ask.js";

const shown = new Set();
let era = 0; // grows whenever everything is covered: what was under way then is never drawn

/** What the watermark says: who, when (UTC, by the minute), in which session. */
export function mark() {
  const who = document.querySelector(".bar .who")?.textContent.trim() || "";
  const when = new Date().toISOString().slice(0, 16).replace("T", " ");
  return `${who} · ${when} UTC · ${document.body.dataset.session || ""}`;
}

/* Shows an item at a level from 2 to 5. told: purpose, frame, area [x, y, w, h] in fractions; `latch`: seconds after which
   it covers itself (0: as long as it is held); `signal`: aborted when the key is let go; `after`: called when it has been
   covered, by whomever. Returns {canvas, level, cover, keep}; throws {status, error, advice}. */
export async function reveal(item, level, told = {}) {
  const begun = era;
  const { purpose = "decide", frame, area, latch = 0, signal, after } = told;
  const answer = await ask("/reveal", { item, level, purpose, frame, area }, { raw: true });
  const id = answer.headers.get("X-Reveal") || "";
  const drawn = await answer.blob().then(createImageBitmap).catch(() => {
    tell(id, 0);
    throw { status: 0, error: "what came back is no picture", advice: "" };
  });
  if (begun !== era || signal?.aborted || document.hidden) {
    drawn.close();
    tell(id, 0);
    throw { status: 0, error: "covered before it was drawn", advice: "" };
  }
  const canvas = draw(drawn, level);
  document.dispatchEvent(new CustomEvent("fanal:revealed", { detail: { item, level } }));
  return kept({ canvas, level, id, latch, after });
}

/** Cover everything that is shown, and whatever is on its way. */
export function coverAll() {
  era += 1;
  for (const one of [...shown]) one.cover();
}

function kept({ canvas, level, id, latch, after }) {
  const since = performance.now();
  let timer = 0;
  const one = { canvas, level, isLatched: false, cover, keep };
  shown.add(one);
  if (latch > 0) keep(latch);
  return one;

  /** Leave it open though no key is held; it covers itself after so many seconds. */
  function keep(seconds) {
    clearTimeout(timer);
    one.isLatched = true;
    timer = setTimeout(cover, seconds * 1000);
  }

  function cover() {
    if (!shown.delete(one)) return;
    clearTimeout(timer);
    canvas.width = canvas.height = 0; // drops the pixels
    canvas.remove();
    tell(id, Math.round(performance.now() - since));
    after?.();
  }
}

function draw(bitmap, level) {
  const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(bitmap, 0, 0);
  bitmap.close();
  watermark(pen, canvas.width, canvas.height);
  Object.assign(canvas, { className: "revealed", draggable: false, role: "img", ariaLabel: `The picture, level ${level}` });
  for (const what of ["contextmenu", "dragstart"]) canvas.addEventListener(what, (event) => event.preventDefault());
  return canvas;
}

function watermark(pen, width, height) {
  const text = mark();
  const letters = Math.max(8, Math.round(Math.min(width, 1600) / 32));
  pen.font = `${letters}px sans-serif`;
  pen.globalAlpha = 0.3;
  for (let row = 0, y = letters * 2; y < height; row += 1, y += letters * 9) {
    const x = row % 2 ? letters * 2 - width / 4 : letters;
    for (const [ink, by] of [["#000", 1], ["#fff", 0]]) {
      pen.fillStyle = ink;
      pen.fillText(text, x + by, y + by);
    }
  }
  pen.globalAlpha = 1;
}

/** Tell the desk something, even where the page is being left; no answer is waited for. */
export function leave(path, told) {
  const headers = { "content-type": "application/json", accept: "application/json", "x-passive": "1" };
  fetch(path, { method: "POST", headers, body: JSON.stringify(told), keepalive: true }).catch(() => {});
}

function tell(reveal, milliseconds) {
  if (reveal) leave("/covered", { reveal, milliseconds });
  document.dispatchEvent(new CustomEvent("fanal:covered"));
}

for (const name of ["fanal:cover", "fanal:blank", "fanal:lock"]) document.addEventListener(name, coverAll);
for (const name of ["pagehide", "beforeprint"]) window.addEventListener(name, coverAll);
document.addEventListener("visibilitychange", () => document.hidden && coverAll());
window.addEventListener("blur", () => {
  // The key that is held may be let go elsewhere: nobody would hear of it.
  for (const one of [...shown]) if (!one.isLatched) one.cover();
});
