// The copy of the page with which it opens without a network. It is a cache of its own, and another names the current one:
// a new copy is made beside the last, and takes its place when it is whole.

import { digest } from "./digest.js";

const TYPES = {
  css: "text/css",
  html: "text/html; charset=utf-8",
  js: "text/javascript",
  json: "application/json",
  mjs: "text/javascript",
  svg: "image/svg+xml",
  wasm: "application/wasm",
};
const scope = new URL("./", location.href).href; // that of service-worker.js
const pointer = `${scope} kept`;

/** A file as it was last kept; null if it was not. */
export async function keptFile(address) {
  if (!navigator.serviceWorker) return null;
  const found = await lookUp(address).catch(() => null);
  return found ? new Uint8Array(await found.arrayBuffer()) : null;
}

/**
 * Keeps the files of the page, so that it opens without a network (service-worker.js).
 *
 * description: the file model.json, which has the digests of all others. collect: gives all files as
 * {address: Uint8Array}, once they are known to be whole. Returns whether they are kept: browsers do so over HTTPS or from
 * this computer, and not in every private window.
 */
export async function keepFiles(description, collect) {
  if (!navigator.serviceWorker) return false;
  try {
    await navigator.serviceWorker.register("service-worker.js");
    await navigator.serviceWorker.ready;
    const name = `${scope} ${await digest(description)}`;
    await navigator.locks.request(pointer, () => replace(name, collect)); // of several windows, one after the other
    return true;
  } catch {
    return false;
  }
}

async function replace(name, collect) {
  if ((await currentName()) === name) return;
  try {
    const files = await collect();
    const copy = await caches.open(name);
    for (const [address, file] of Object.entries(files)) {
      const headers = { "Content-Type": TYPES[address.split(".").at(-1)] ?? "application/octet-stream" };
      const places = address === "index.html" ? [address, "./"] : [address];
      for (const place of places) await copy.put(new URL(place, scope).href, new Response(file, { headers }));
    }
    await (await caches.open(pointer)).put(scope, new Response(name));
  } finally {
    const current = await currentName();
    const own = (await caches.keys()).filter((name) => name.startsWith(`${scope} `));
    await Promise.all(own.filter((name) => name !== pointer && name !== current).map((name) => caches.delete(name)));
  }
}

async function lookUp(address) {
  const name = await currentName();
  return name && (await caches.open(name)).match(new URL(address, scope).href, { ignoreVary: true });
}

async function currentName() {
  const found = await (await caches.open(pointer)).match(scope);
  return found?.text();
}
