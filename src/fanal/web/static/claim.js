// Whoever opens an item or a series works on it until they leave, or for a while; a page of what is held can only be read.

import {ask} from "./ask.js";
import {leave} from "./reveal.js";

const RENEW = 240_000;
const by = (id) => document.getElementById(id);

/** Claim an item for this page: renewed by what the person does, given back when the page is left. */
export function claim(item) {
  let [claimed, renewed] = [false, 0];

  async function ask_(passive) {
    renewed = Date.now();
    try {
      await ask("/claim", { item }, { passive });
      claimed = true;
      readOnly("");
    } catch (error) {
      if (error.status === 409) readOnly(error.facts?.holder || "Somebody else");
    }
  }

  ask_(true);
  for (const what of ["keydown", "pointerdown"]) document.addEventListener(what, () => Date.now() - renewed > RENEW && ask_(false));
  window.addEventListener("pagehide", () => claimed && leave("/give-back", { item }));
}

function readOnly(holder) {
  by("held").hidden = !holder;
  by("held-says").textContent = holder ? `${holder} works on this now: you can read it and not decide it.` : "";
  by("deciding").disabled = Boolean(holder);
}
