// Without a network or a working server, the page's files are those that were kept last. Which they are, offline.js
// decides; nothing is written here, so that a visit that breaks off leaves them as they are.

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event.request));
});

async function answer(request) {
  let response, error;
  try {
    // As in files.js; a request for the page itself cannot be changed.
    response = await fetch(request, request.mode === "navigate" ? undefined : { cache: "no-cache" });
    if (response.status < 500) return response;
  } catch (failure) {
    error = failure;
  }
  const last = await kept(request).catch(() => null);
  if (last) return last;
  if (response) return response;
  throw error;
}

/** The request's file as it was kept; undefined if it was not. See offline.js. */
async function kept(request) {
  const { scope } = registration;
  const name = await (await caches.open(`${scope} kept`)).match(scope);
  return name && (await caches.open(await name.text())).match(request, { ignoreSearch: true, ignoreVary: true });
}
