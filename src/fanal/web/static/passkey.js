// Passkeys: proves who somebody is, or registers a new one. The browser's own functions read and
// write what the desk and the key say; nothing is kept here.
import {ask} from "/static/ask.js";

/** Whether this browser knows passkeys, and the two functions that read our JSON. */
export const known = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON);

/** purpose: "sign-in", "unlock", "prove" or "new"; returns what the desk answers. */
export async function passkey(purpose) {
  const {token, options} = await ask("/passkey/ask", {purpose});
  const isNew = purpose === "new";
  const publicKey = isNew
    ? PublicKeyCredential.parseCreationOptionsFromJSON(options)
    : PublicKeyCredential.parseRequestOptionsFromJSON(options);
  let made;
  try {
    made = isNew ? await navigator.credentials.create({publicKey}) : await navigator.credentials.get({publicKey});
  } catch {
    throw {status: 0, error: "no passkey was used", advice: "try again, or use the other way"};
  }
  return ask(`/passkey/${purpose}`, {token, credential: made.toJSON()});
}

/** Returns words for what went wrong. */
export function words(error) {
  return [error.error ?? "this was not done", error.advice].filter(Boolean).join(": ");
}

const DONE = {"sign-in": "/", unlock: "/", prove: "/", new: "/door"};

for (const button of document.querySelectorAll("button[data-passkey]")) {
  const purpose = button.dataset.passkey;
  button.disabled = !known;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const {to} = await passkey(purpose);
      location.assign(to ?? button.dataset.back ?? DONE[purpose]);
    } catch (error) {
      document.getElementById("say").textContent = words(error);
      button.disabled = false;
    }
  });
}
