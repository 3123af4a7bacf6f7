// Asks the desk: a GET where nothing is told, else a POST of JSON.
// ask(path, told, {passive, signal, raw}) gives the object that came back (raw: the Response), or throws {status, error, advice}.
// `passive`: the page asks by itself, so the person is not taken to be there. Status 0: the desk cannot be reached.

export async function ask(path, told, {passive = false, signal = undefined, raw = false} = {}) {
  const headers = {accept: "application/json"};
  const asked = {method: told === undefined ? "GET" : "POST", headers, signal, cache: "no-store", redirect: "error"};
  if (passive) headers["x-passive"] = "1";
  // A page of one person never acts for another who signed in beside it.
  if (document.body.dataset.login && path !== "/here") headers["x-login"] = encodeURIComponent(document.body.dataset.login);
  if (told !== undefined) {
    headers["content-type"] = "application/json";
    asked.body = JSON.stringify(told);
  }
  let answer;
  try {
    answer = await fetch(path, asked);
  } catch (error) {
    if (signal?.aborted && signal.reason?.name !== "TimeoutError") throw error;
    throw {status: 0, error: "the desk cannot be reached", advice: "what you did is kept here and sent when it answers"};
  }
  if (answer.ok) return raw ? answer : answer.json();
  const facts = await answer.json().catch(() => ({}));
  if (answer.status === 401) document.dispatchEvent(new CustomEvent("fanal:lock", {detail: {locked: facts.locked}}));
  throw {status: answer.status, error: facts.error ?? "this was not done", advice: facts.advice ?? "", facts};
}
