/** The API document for people, at /docs: it is whole, sends its examples, and asks nobody else for anything. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";

import { Demo, EMAIL, json, PASSWORD, start } from "./demo.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds in the reader, which is not ours to mend. */
const OF_THE_READER = [
  "aria-allowed-role",
  "aria-input-field-name",
  "aria-prohibited-attr",
  "aria-required-attr",
  "aria-valid-attr-value",
  "landmark-no-duplicate-main",
  "landmark-unique",
  "presentation-role-conflict",
  "scrollable-region-focusable",
];

/** Milliseconds: the reader is 5 MB of JavaScript. */
const PATIENCE = 60_000;

let running;
before(async () => {
  running = await start();
});
after(() => running.stop());

test("every operation of the API document is there", async () => {
  const demo = await Demo.open(running);
  await open(demo);
  const { paths, info } = await (await fetch(`${demo.url}/openapi.json`)).json();
  await demo.page.getByRole("heading", { name: info.title }).waitFor();
  const summaries = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ summary }) => summary));
  assert.ok(summaries.length > 10);
  for (const summary of summaries) await link(demo, summary).waitFor();
  await demo.close();
});

test("an example is sent as the demo user, and its answer is the server's", async () => {
  const demo = await Demo.open(running);
  await open(demo);
  const answer = await send(demo, "Verify the password");
  assert.equal(answer.status(), 201);
  const { verificationRecordId } = await answer.json();
  await demo.page.getByText(verificationRecordId.slice(0, 40)).waitFor();
  assert.deepEqual(answer.request().postDataJSON(), { password: PASSWORD });
  await demo.close();
});

test("the example of a code reaches the demo user's outbox", async () => {
  const demo = await Demo.open(running);
  await open(demo);
  assert.equal((await send(demo, "Send a code")).status(), 201);
  assert.match(await demo.code(EMAIL), /^\d{6}$/);
  await demo.close();
});

test("without dev mode an access token is pasted", async () => {
  const demo = await Demo.open(running);
  await demo.page.route("**/openapi.json", async (route) => {
    const response = await route.fetch();
    const content = await response.json();
    const tags = content.tags.filter(({ name }) => name !== "Example");
    await route.fulfill({ response, json: { ...content, tags } });
  });
  await open(demo);
  const refused = await send(demo, "Verify the password");
  assert.equal(refused.status(), 401);
  assert.ok(!demo.requested.some((url) => url.includes("/dev/")));
  const minted = await fetch(`${demo.url}/dev/tokens`, { method: "POST", ...json({ sub: "demo-user" }) });
  const { accessToken } = await minted.json();
  await demo.page.getByRole("dialog").getByRole("textbox", { name: "Bearer Token" }).fill(accessToken);
  assert.equal((await send(demo)).status(), 201);
  // It is kept nowhere.
  assert.equal(await demo.page.evaluate(() => localStorage.length + sessionStorage.length), 0);
  await demo.close();
});

for (const [colorScheme, width] of [
  ["light", 1280],
  ["dark", 360],
]) {
  test(`axe-core finds only what it is known to find in the reader: ${colorScheme}, ${width} pixels`, async () => {
    const demo = await Demo.open(running, { colorScheme, viewport: { width, height: 800 } });
    await open(demo);
    await demo.page.evaluate(AXE);
    assert.deepEqual(await violations(demo), []);
    const wide = await demo.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${wide} of ${width} pixels`);
    await send(demo, "Verify the password");
    assert.deepEqual(await violations(demo), []);
    await demo.close();
  });
}

async function open({ page }) {
  page.setDefaultTimeout(PATIENCE);
  await page.goto("/docs");
  await page.getByRole("heading", { name: "Verify the password", exact: true }).waitFor();
}

/** Sends the example of an operation, or once more what the form has; gives the answer. */
async function send({ page, url }, summary) {
  if (summary) {
    if (page.viewportSize().width > 1000) await link({ page }, summary).click();
    await page
      .getByRole("region", { name: summary, exact: true })
      .getByRole("button", { name: /^Test Request/ })
      .click();
  }
  const answer = page.waitForResponse((response) => response.url().startsWith(`${url}/api/`));
  await page.getByRole("button", { name: /^Send post request/ }).click();
  return answer;
}

/** In the list of all operations. */
function link({ page }, summary) {
  return page.getByRole("link", { name: `${summary} HTTP Method` });
}

/** What axe-core finds that it is not known to find. */
async function violations({ page }) {
  const { violations, passes } = await page.evaluate(() => globalThis.axe.run());
  assert.ok(passes.some(({ id }) => id === "color-contrast"));
  const unknown = violations.filter(({ id }) => !OF_THE_READER.includes(id));
  return unknown.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => html + failureSummary)]);
}
