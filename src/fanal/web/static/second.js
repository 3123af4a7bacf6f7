// The page of second opinions: the picture pane, and the keys of the states.

import {bind} from "./keys.js";
import {say} from "./say.js";
import {viewer} from "./viewer.js";

const article = document.getElementById("second");
const pane = article?.querySelector(".pane");

if (pane && !pane.dataset.shut) {
  const show = document.getElementById("show");
  const cover = document.getElementById("cover");
  const one = viewer(pane, {
    purpose: () => document.getElementById("purpose").value,
    changed: ({level}) => {
      cover.disabled = level() < 2;
      show.textContent = level() < 2 ? "Show the next level" : `Show, level ${level() + 1}`;
    },
  });
  show.addEventListener("click", () => one.show(one.level() + 1, true));
  cover.addEventListener("click", () => one.cover());
  if (document.activeElement === document.body) one.stage.focus({preventScroll: true});
}

if (article) {
  const commands = {};
  for (const input of article.querySelectorAll("input[name=state]")) {
    commands[`state-${input.dataset.key}`] = () => {
      input.checked = true;
      document.getElementById("reason").focus();
      say(input.closest("label").querySelector("span").textContent);
    };
  }
  bind("viewer", commands);
}
