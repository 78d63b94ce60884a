// Requests to the server that the page came from, and its errors in words.

/** What the server, or the way to it, has against a request. */
export class ServerError extends Error {
  /** What a reader is told. */
  get words() {
    return this.message;
  }
}

let key = "";

/** Asks for an API key, if the server needs one. It is kept until the tab is closed. */
export async function keyNeeded(part, field) {
  const { keyRequired } = await ask("frontend/settings").catch(() => ({}));
  part.hidden = !keyRequired;
  field.value = key = (keyRequired && sessionStorage.getItem("seq2seq.key")) || "";
  field.addEventListener("input", () => sessionStorage.setItem("seq2seq.key", (key = field.value.trim())));
}

/** The JSON of an answer. body: parameters, sent as JSON; none: a question without any. */
export async function ask(path, body, { signal } = {}) {
  return (await send(path, body, signal)).json();
}

/** The document that is the answer to a form. */
export async function askForFile(path, form, { signal } = {}) {
  return (await send(path, form, signal)).blob();
}

/** The server-sent events of an answer: {name, data}. */
export async function* askForEvents(path, body, { signal } = {}) {
  const reader = (await send(path, body, signal)).body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read().catch(lost);
    if (done) return;
    const events = (rest + value).split("\n\n");
    rest = events.pop();
    for (const event of events) yield parse(event);
  }
}

function parse(event) {
  const [, name, data] = /^event: (\w+)\ndata: (.*)$/s.exec(event);
  return { name, data: JSON.parse(data) };
}

async function send(path, body, signal) {
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  const options = { signal, headers, cache: "no-store" };
  if (body instanceof FormData) Object.assign(options, { method: "POST", body });
  else if (body) {
    headers["Content-Type"] = "application/json";
    Object.assign(options, { method: "POST", body: JSON.stringify(body) });
  }
  const response = await fetch(path, options).catch(lost);
  if (!response.ok) throw new ServerError(await said(response));
  return response;
}

function lost(error) {
  if (error.name === "AbortError") throw error;
  throw new ServerError("The server cannot be reached. What you have written stays here.");
}

/** An error of the server in words. */
async function said(response) {
  const { error } = await response.json().catch(() => ({}));
  const wait = response.headers.get("Retry-After");
  const what = error ? `The server says: ${error}.` : `The server answers ${response.status}.`;
  return wait ? `${what} Try again in ${wait} s.` : what;
}
