// Settings: a key is pressed into its field; a file of keys is read here and sent as text.

import {pressed, usable} from "./keys.js";
import {say} from "./say.js";

for (const field of document.querySelectorAll('#keys input[name^="key-"]')) {
  field.addEventListener("keydown", (event) => {
    const key = pressed(event);
    if (!key || !usable(key) || (key === "Enter" && event.shiftKey)) return;
    event.preventDefault();
    field.value = key;
    twice();
  });
}

// Says at once where two commands would share a key; the desk refuses it all the same.
function twice() {
  const seen = new Map();
  for (const field of document.querySelectorAll('#keys input[name^="key-"]')) {
    const other = seen.get(field.value);
    const words = other ? `${field.value} is the key of: ${other}` : "";
    field.setCustomValidity(words);
    field.toggleAttribute("aria-invalid", words !== "");
    if (words) say(words);
    seen.set(field.value, document.querySelector(`label[for="${field.id}"]`).textContent);
  }
}

const pick = document.getElementById("pick");
if (pick) {
  pick.hidden = false;
  document.getElementById("pick-file").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file && file.size < 20_000) document.getElementById("file").value = await file.text();
    event.target.value = "";
  });
}
