/** The page that a message's link "this was not me" opens: the reference server's own files. */

import { Hono } from "hono";
import { etag } from "hono/etag";

// @ts-expect-error Bundled as a text: see wrangler.jsonc.
import language from "../../../server-example/web/language.js";
import html from "../../../server-example/web/not-me.html";
// @ts-expect-error Likewise.
import script from "../../../server-example/web/not-me.js";
import style from "../../../server-example/web/page.css";
import { Problem } from "./problem";

const JAVASCRIPT = "text/javascript; charset=utf-8";

const FILES: readonly (readonly [path: string, type: string, text: string])[] = [
  ["/not-me", "text/html; charset=utf-8", html],
  ["/web/not-me.js", JAVASCRIPT, script],
  ["/web/language.js", JAVASCRIPT, language],
  ["/web/page.css", "text/css; charset=utf-8", style],
];

/** Nothing of another origin, nothing inline, and in nobody's frame. */
const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/** The page and its files. */
export function page(): Hono {
  const hono = new Hono({ strict: false });
  for (const [path, type, text] of FILES) {
    hono.use(path, async (c, next) => {
      await next();
      for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
    });
    hono.use(path, etag());
    // A browser keeps the file and asks each time whether it is still the same.
    hono.get(path, (c) => c.body(text, 200, { "Content-Type": type, "Cache-Control": "no-cache" }));
    hono.all(path, () => Problem.of("methodNotAllowed", { headers: { Allow: "GET,HEAD" } }).toResponse());
  }
  return hono;
}
