// How long a text message is.
import assert from "node:assert/strict";
import { test } from "node:test";

import { importSource } from "./source.mjs";

const { segments } = await importSource("src/segment.ts");

for (const [text, count] of [
  ["", 1],
  ["a".repeat(160), 1],
  ["a".repeat(161), 2],
  ["a".repeat(306), 2],
  ["a".repeat(307), 3],
  ["€".repeat(80), 1],
  ["€".repeat(81), 2],
  // 153 is odd: a character of two septets at the end goes to the next segment.
  ["€".repeat(153), 3],
  ["あ".repeat(70), 1],
  ["あ".repeat(71), 2],
  ["あ".repeat(134), 2],
  ["あ".repeat(135), 3],
  ["😀".repeat(35), 1],
  ["😀".repeat(67), 3],
  [`’${"a".repeat(70)}`, 2],
]) {
  test(`${[...text].length} characters like ${text.at(-1) ?? "none"} are ${count} segments`, () => {
    assert.equal(segments(text), count);
  });
}
