// The files of the page's model and engine, from the server that the page came from.

import { digest } from "./digest.js";
import { keptFile } from "./offline.js";

const FORMAT = 1; // of model.json; see seq2seq/export/web/page.py

/** Something that a reader of the page should know, in words. */
export class PageError extends Error {
  get words() {
    return `${this.message} Reload the page; if that does not help, export it again.`;
  }
}

/**
 * Loads files and checks that they are whole.
 *
 * declared: {address: {bytes, sha256}}. progress: called with the number of bytes loaded so far, of all files. Returns
 * {address: Uint8Array}.
 */
export async function loadFiles(declared, progress = () => {}) {
  let loaded = 0;
  const others = new AbortController();
  const load = async ([address, { bytes, sha256 }]) => {
    const kept = await keptFile(address);
    if (kept && (await digest(kept)) === sha256) {
      progress((loaded += bytes));
      return [address, kept];
    }
    const file = new Uint8Array(bytes);
    const reader = (await request(address, others.signal)).body.getReader();
    let at = 0;
    for (;;) {
      const { done, value } = await reader.read().catch(() => fail(address, "the connection was lost"));
      if (done) break;
      if (at + value.length > bytes) fail(address, "it is longer than it should be");
      file.set(value, at);
      at += value.length;
      progress((loaded += value.length));
    }
    if (at < bytes) fail(address, "it is cut short");
    if (crypto.subtle && (await digest(file)) !== sha256) fail(address, "it has changed since the page was made");
    return [address, file];
  };
  try {
    return Object.fromEntries(await Promise.all(Object.entries(declared).map(load)));
  } finally {
    others.abort(); // where one is wrong, the rest is not loaded
  }
}

/** Loads model.json. Returns its content, and the file. */
export async function loadDescription(address) {
  const response = await request(address);
  const file = new Uint8Array(await response.arrayBuffer().catch(() => fail(address, "the connection was lost")));
  const description = parse(file) ?? fail(address, "it is no JSON");
  const { format } = description;
  if (format !== FORMAT) fail(address, `it has format ${format}, and this page reads format ${FORMAT}`);
  return { description, file };
}

function parse(file) {
  try {
    return JSON.parse(new TextDecoder().decode(file));
  } catch {
    return null;
  }
}

async function request(address, signal) {
  // The browser's own copy is taken only if the server says that it is the latest: files of two exports do not mix.
  const answer = fetch(address, { signal, cache: "no-cache" });
  const response = await answer.catch(() => fail(address, "the server cannot be reached"));
  if (!response.ok) fail(address, `the server answers ${response.status}`);
  return response;
}

function fail(address, what) {
  throw new PageError(`${address} cannot be loaded: ${what}.`);
}
