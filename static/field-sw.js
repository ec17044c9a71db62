// Keeps the checklists that somebody opened on this device, so that they open again without network: the page, the
// static files it loads, the small pictures on it. Nothing else; nothing of it is changed here. See docs/decisions.
"use strict";
const PAGE = /^\/assessments\/\d+\/checklist$/, SMALL = /^\/photos\/\d+\/small$/;
const PATIENCE = 4000, KEEP = 7 * 24 * 3600 * 1000; // a session lasts a week at most

const caseOf = async () => (await caches.keys()).filter((name) => name.startsWith("field-")).pop();
const known = (key) => caches.match(key, { ignoreVary: true });
const young = (answer) => answer && Date.now() - Date.parse(answer.headers.get("Date")) < KEEP;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// The network first; what was kept when there is none, or when it takes too long to answer.
const page = async (event, path) => {
  const kept = await known(path);
  const fresh = fetch(event.request).then(async (answer) => {
    const name = answer.headers.get("X-Field-Cache");
    if (answer.ok && !answer.redirected && name) await (await caches.open(name)).put(path, answer.clone());
    return answer;
  });
  event.waitUntil(fresh.catch(() => {}));
  if (!young(kept)) return fresh;
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE, kept); });
  return Promise.race([fresh.catch(() => kept), late]);
};
const keeping = async (request) => {
  const answer = await fetch(request), name = await caseOf();
  if (answer.status === 200 && name) await (await caches.open(name)).put(request, answer.clone());
  return answer;
};
const file = async (request) => (await known(request)) || keeping(request);
const picture = (request) => keeping(request).catch(async () => (await known(request)) || Response.error());

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (PAGE.test(url.pathname)) event.respondWith(page(event, url.pathname));
  } else if (url.pathname.startsWith("/static/") && url.searchParams.has("v")) event.respondWith(file(request));
  else if (SMALL.test(url.pathname)) event.respondWith(picture(request));
});
