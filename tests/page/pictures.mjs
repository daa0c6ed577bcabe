/** Takes the pictures of the documentation: `node tests/page/pictures.mjs` writes them to docs/images. */

import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { Demo, start } from "./demo.mjs";
import { STATES } from "./states.mjs";

const folder = process.argv[2] ?? join(import.meta.dirname, "../../docs/images");
const DESKTOP = { viewport: { width: 1120, height: 880 } };
const PHONE = { viewport: { width: 390, height: 900 } };
const DARK = { colorScheme: "dark" };

/** The API document, once the first of its examples was sent. */
async function exampleSent({ page }) {
  await page.goto("/docs");
  await page
    .getByRole("button", { name: /^Test Request/ })
    .first()
    .click();
  await page.getByRole("button", { name: /^Send post request/ }).click();
  await page.getByText("201 Created").waitFor();
  await page.getByRole("dialog").getByText("sekisho_r1_").waitFor();
  await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
}

const PICTURES = {
  "approve-transfer": [STATES.code, DESKTOP],
  "choose-method-phone": [STATES.choice, PHONE],
  "wrong-code-phone-dark": [STATES["wrong-code"], { ...PHONE, ...DARK }],
  "refused-change": [STATES.refused, DESKTOP],
  "code-phone-japanese": [STATES["code-japanese"], PHONE],
  "api-document": [exampleSent, { viewport: { width: 1280, height: 880 } }],
  "not-me-phone": [STATES["not-me"], { viewport: { width: 390, height: 340 } }],
};

if (execFileSync("fc-list", [":lang=ja"]).length === 0) {
  throw new Error("no font has Japanese letters: install one, such as Debian's fonts-ipafont-gothic");
}
mkdirSync(folder, { recursive: true });
const running = await start();
for (const [name, [reach, options]] of Object.entries(PICTURES)) {
  const demo = await Demo.open(running, options);
  await reach(demo);
  // What a user would look at.
  const story = demo.page.locator("section:has(#transfer)").filter({ visible: true });
  if (await story.count()) await story.evaluate((element) => element.scrollIntoView());
  await demo.page.screenshot({ path: join(folder, `${name}.png`) });
  await demo.close();
}
await running.stop();
