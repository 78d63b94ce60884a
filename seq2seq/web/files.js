// The files of the page's model and engine, from the server that the page came from.

import { keptFile } from "./offline.js";

/** Something that a reader of the page should know, in words. */
export class PageError extends Error {}

/**
 * Loads files and checks that they are whole.
 *
 * declared: {address: {bytes, sha256}}. progress: called with the number of bytes loaded so far, of all files. Returns
 * {address: Uint8Array}.
 */
export async function loadFiles(declared, progress) {
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
    // Browsers have digests in secure contexts only: with HTTPS, or from this computer.
    if (crypto.subtle && (await digest(file)) !== sha256) fail(address, "it has changed since the page was made");
    return [address, file];
  };
  try {
    return Object.fromEntries(await Promise.all(Object.entries(declared).map(load)));
  } finally {
    others.abort(); // where one is wrong, the rest is not loaded
  }
}

/** The content of a file of JSON. */
export async function loadJson(address) {
  const response = await request(address);
  return response.json().catch(() => fail(address, "it is no JSON"));
}

async function request(address, signal) {
  // The browser's own copy is taken only if the server says that it is the latest: files of two exports do not mix.
  const answer = fetch(address, { signal, cache: "no-cache" });
  const response = await answer.catch(() => fail(address, "the server cannot be reached"));
  if (!response.ok) fail(address, `the server answers ${response.status}`);
  return response;
}

async function digest(file) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", file));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fail(address, what) {
  throw new PageError(`${address} cannot be loaded: ${what}.`);
}
