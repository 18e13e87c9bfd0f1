// Shows a page of ours where the browser would show an error page of its own, while the system does not
// answer. It keeps nothing else and changes no answer; the page that it shows is written by the client.
const PAGE = 'away-page';
const CACHE = 'vms-away';
// A proxy in front that cannot reach the system.
const AWAY = [502, 503, 504];

// All else passes by: a call that is made while a page is left (the end of a live view) is lost where a
// worker has a say in it. A browser that cannot route around a worker gets none.
const PAST_THE_WORKER = ['cors', 'no-cors', 'same-origin'];

self.addEventListener('install', (event) => {
  event.waitUntil(routeAround(event));
});
self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim());
});
self.addEventListener('fetch', (event) => {
  const { request } = event;
  // What is downloaded is no page.
  const isPage = !/\/(media|recordings)\//.test(new URL(request.url).pathname);
  if (request.mode !== 'navigate' || request.method !== 'GET' || !isPage) return;
  event.respondWith(answer(request));
});

// Fails, and the installation with it, where the browser does not know how.
async function routeAround(event) {
  await Promise.all(
    PAST_THE_WORKER.map((requestMode) =>
      event.addRoutes({ condition: { requestMode }, source: 'network' }),
    ),
  );
  await self.skipWaiting();
}

async function answer(request) {
  try {
    const answered = await fetch(request);
    if (!AWAY.includes(answered.status)) return answered;
    return (await ours()) ?? answered;
  } catch (thrown) {
    const page = await ours();
    if (page === undefined) throw thrown;
    return page;
  }
}

async function ours() {
  const cache = await caches.open(CACHE);
  return cache.match(new URL(PAGE, self.registration.scope).href);
}
