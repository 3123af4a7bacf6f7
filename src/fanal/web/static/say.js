// Writes one sentence into the live line at the foot of the page, where screen readers hear it.

export function say(text) {
  const line = document.getElementById("say");
  if (!line) return;
  line.textContent = "";
  requestAnimationFrame(() => { line.textContent = text; });
}

export function refused(error) {
  if (error?.name === "AbortError") return;
  say(error?.error ? `Not done: ${error.error}${error.advice ? `; ${error.advice}` : ""}` : "Not done");
}
