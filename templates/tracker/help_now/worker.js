// Keeps the page of help lines for a place without reception: that page as nobody sees it, and its style sheets.
"use strict";

const STORE = "help-now";
const PAGE = "/help-now/";

async function keep() {
  const page = await fetch(PAGE, { credentials: "omit", cache: "no-store" });
  const sheets = [...(await page.clone().text()).matchAll(/href="([^"]+\.css)"/g)].map(([, sheet]) => sheet);
  await caches.delete(STORE);
  const store = await caches.open(STORE);
  await store.put(PAGE, page);
  await store.addAll(sheets);
}

async function fromStore(request) {
  const store = await caches.open(STORE);
  return (await store.match(request.mode === "navigate" ? PAGE : request)) || Response.error();
}

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(fetch(event.request).catch(() => fromStore(event.request)));
});
