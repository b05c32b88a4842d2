/* Keeps the telephone's page and its parts, so that it opens without a network; data is kept by the page itself. */
"use strict";
const KEPT = "gatehouse-phone-3";
const PARTS = ["tokens.css", "phone.css", "gatehouse.js", "phone-queue.js", "phone-written.js", "phone.js", "icon.svg"].map((name) => `/assets/${name}`);

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(["/phone", ...PARTS])).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
  await self.clients.claim();
})()));

/* The network first: what is kept is only for when there is none. */
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const page = event.request.mode === "navigate" && url.pathname === "/phone";
  if (event.request.method !== "GET" || url.origin !== location.origin || !(page || PARTS.includes(url.pathname))) return;
  const key = page ? "/phone" : url.pathname;
  event.respondWith((async () => {
    const kept = await caches.open(KEPT);
    try {
      const answer = await fetch(event.request);
      if (answer.ok && !answer.redirected) event.waitUntil(kept.put(key, answer.clone()).catch(() => {})); /* a full store is no reason to show nothing */
      return answer;
    } catch (error) {
      return (await kept.match(key)) || Response.error();
    }
  })());
});
