/** The language of a request, among those there are. */

import { parseAccept } from "hono/utils/accept";

import type { Request } from "./router";

/**
 * The language that the request wants most (RFC 4647 §3.4), or one that is of the same kind; the first of
 * those there are where it wants none of them.
 */
export function languageOf<T extends string>(c: Request, known: readonly [T, ...T[]]): T {
  const ranges = parseAccept(c.req.header("accept-language") ?? "");
  for (const { type, q } of ranges) {
    if (q === 0) continue;
    const range = type.toLowerCase();
    for (const part of prefixes(range)) {
      const found = known.find((tag) => tag.toLowerCase() === part);
      if (found !== undefined) return found;
    }
    const [kind] = range.split("-");
    const related = known.find((tag) => tag.toLowerCase().split("-")[0] === kind);
    if (related !== undefined) return related;
  }
  return known[0];
}

/** `zh-hant-tw`, `zh-hant`, `zh`. */
function prefixes(range: string): string[] {
  const parts = range.split("-");
  return parts.map((_, dropped) => parts.slice(0, parts.length - dropped).join("-"));
}
