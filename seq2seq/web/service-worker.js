// Without a network, the page's files are those that were loaded last. Which they are, offline.js decides.

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event));
});

async function answer(event) {
  const { request } = event;
  const kept = await caches.open(registration.scope);
  const last = await kept.match(request, { ignoreVary: true });
  try {
    // As in files.js; a request for the page itself cannot be changed.
    const response = await fetch(request, request.mode === "navigate" ? undefined : { cache: "no-cache" });
    if (last && response.ok) event.waitUntil(kept.put(request, response.clone()).catch(() => {}));
    return response;
  } catch (error) {
    if (last) return last;
    throw error;
  }
}
