// A service worker has no top-level await: it starts the module when it first needs it.
import * as sekisho from "/node_modules/sekisho/dist/custom.js";

import files from "./files.mjs";
import { run } from "./vectors.mjs";

let started;
const start = () =>
  (started ??= WebAssembly.compileStreaming(fetch("/node_modules/sekisho/dist/glue/sekisho_bg.wasm")).then(
    sekisho.start,
  ));

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (!event.request.url.endsWith("/from-service-worker")) return;
  event.respondWith(
    start()
      .then(() => run(sekisho, files))
      .then((found) => Response.json(found)),
  );
});
