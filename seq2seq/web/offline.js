/** A file as it was last kept; null if it was not. */
export async function keptFile(address) {
  if (!navigator.serviceWorker) return null;
  const found = await caches.match(new URL(address, location.href), { ignoreVary: true }).catch(() => null);
  return found ? new Uint8Array(await found.arrayBuffer()) : null;
}

/**
 * Keeps the files of the page, so that it opens without a network (service-worker.js).
 *
 * loaded: {address: Uint8Array}, files that are in memory; the others come from the browser's own cache, or once more
 * from the server. Returns whether they are kept: browsers do so over HTTPS or from this computer, and not in every
 * private window.
 */
export async function keepFiles(loaded) {
  if (!navigator.serviceWorker) return false;
  try {
    await navigator.serviceWorker.register("service-worker.js");
    const { scope } = await navigator.serviceWorker.ready;
    const kept = await caches.open(scope);
    const known = new Set((await kept.keys()).map(({ url }) => url));
    for (const [address, file] of Object.entries(loaded)) {
      const { href } = new URL(address, location.href);
      if (!known.has(href)) await kept.put(href, new Response(file));
      known.add(href);
    }
    const used = performance.getEntriesByType("resource").map(({ name }) => name);
    await kept.addAll([...new Set([location.href.split("#")[0], ...used])].filter((href) => !known.has(href)));
    return true;
  } catch {
    return false;
  }
}
