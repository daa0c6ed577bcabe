/** Everybody can use the page: each state by axe-core in light and dark and on a phone, and by keyboard. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";

import { Demo, EMAIL, PASSWORD, start } from "./demo.mjs";
import { STATES } from "./states.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let running;
before(async () => {
  running = await start();
});
after(() => running.stop());

for (const [name, reach] of Object.entries(STATES)) {
  test(`${name}: axe-core finds nothing, in light and, on a phone, in dark, where nothing scrolls aside`, async () => {
    const demo = await Demo.open(running);
    try {
      await reach(demo);
      await demo.page.evaluate(AXE);
      for (const [colorScheme, width] of [
        ["light", 1280],
        ["dark", 360],
      ]) {
        await demo.page.emulateMedia({ colorScheme });
        await demo.page.setViewportSize({ width, height: 800 });
        const { violations, passes } = await demo.page.evaluate(() => globalThis.axe.run());
        const found = violations.map(({ id, nodes }) => [
          id,
          nodes.map(({ html, failureSummary }) => html + failureSummary),
        ]);
        assert.deepEqual(found, [], `${colorScheme}, ${width} pixels`);
        assert.ok(passes.some(({ id }) => id === "color-contrast"));
        const wide = await demo.page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= width, `${wide} of ${width} pixels`);
      }
    } finally {
      await demo.close();
    }
  });
}

test("a transfer is approved by keyboard alone", async () => {
  const demo = await Demo.open(running);
  const { keyboard } = demo.page;
  const reach = async (role, name) => {
    for (let presses = 0; presses < 40; presses += 1) {
      if (name === (await focused(demo.page))) return;
      await keyboard.press("Tab");
    }
    assert.fail(`${role} ${name} cannot be reached, only ${await focused(demo.page)}`);
  };
  await demo.page.goto("/");
  await reach("button", "Sign in as the demo user");
  await keyboard.press("Enter");
  await demo.page.getByText(EMAIL, { exact: true }).waitFor();
  assert.equal(await focused(demo.page), "Your account");
  await reach("button", "Transfer");
  await keyboard.press("Enter");
  const panel = demo.panel("Approve a transfer");
  await panel.getByRole("button", { name: "Password" }).waitFor();
  // The focus has gone to what is to be done, and back again where the user goes back.
  assert.equal(await focused(demo.page), "Password");
  await keyboard.press("Enter");
  await panel.getByLabel("Your password").waitFor();
  assert.equal(await focused(demo.page), "Your password");
  await reach("button", "Confirm in another way");
  await keyboard.press("Enter");
  await panel.getByRole("button", { name: "Code by e-mail" }).waitFor();
  assert.equal(await focused(demo.page), "Password");
  // Out of the element and in again: it is no trap.
  await keyboard.press("Shift+Tab");
  assert.equal(await focused(demo.page), "Transfer");
  await keyboard.press("Tab");
  await keyboard.press("Enter");
  await panel.getByLabel("Your password").waitFor();
  await keyboard.type(PASSWORD);
  await keyboard.press("Enter");
  await demo.story("Approve a transfer").getByRole("listitem").waitFor();
  assert.equal(await focused(demo.page), "Transfer");
  await demo.close();
});

/** What the focused element is called. */
function focused(page) {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    const label = element.labels?.[0] ?? element;
    return label.textContent.trim();
  });
}

test("in Japanese the page, the element and the message are Japanese", async () => {
  const demo = await Demo.open(running, { locale: "ja-JP" });
  const { page } = demo;
  await page.goto("/");
  assert.equal(await page.locator("html").getAttribute("lang"), "ja");
  await page.getByRole("button", { name: "デモユーザーでサインイン" }).click();
  await page.getByRole("button", { name: "送金する" }).click();
  const panel = page.getByRole("group", { name: "本人確認" });
  await panel.getByText("Ana に 120.00 EUR を送金").waitFor();
  assert.deepEqual(await panel.getByRole("term").allTextContents(), ["金額", "通貨", "送金先"]);
  await panel.getByRole("button", { name: "メールで届くコード" }).click();
  await panel.getByText("d•••@example.com にコードを送信しました。").waitFor();
  const code = await demo.code(EMAIL);
  const [message] = await demo.outbox(EMAIL);
  assert.equal(message.locale, "ja");
  assert.match(message.text, /Ana に 120\.00 EUR を送金/);
  await panel.getByLabel("確認コード").fill("0");
  await panel.getByLabel("確認コード").press("Enter");
  await panel.getByText("コードが正しくありません。残り 9 回です。").waitFor();
  await panel.getByLabel("確認コード").fill(code);
  await panel.getByLabel("確認コード").press("Enter");
  await page.getByText("実行済み: Ana に 120.00 EUR を送金").first().waitFor();
  // By the link, whatever the browser's language.
  await page.getByRole("link", { name: "English" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  await demo.close();
});

test("every text is there in both languages", async () => {
  const demo = await Demo.open(running);
  await demo.page.goto("/");
  const missing = await demo.page.evaluate(async () => {
    const { textsOf } = await import("/web/sekisho-verify/texts.js");
    const { TEXTS } = await import("/web/page-texts.js");
    const lacking = (given, other, path = "") =>
      Object.entries(given).flatMap(([name, value]) =>
        typeof value === "object"
          ? lacking(value, other[name] ?? {}, `${path}${name}.`)
          : other[name]
            ? []
            : [path + name],
      );
    return [...lacking(textsOf("en", {}), textsOf("ja", {})), ...lacking(TEXTS.en, TEXTS.ja)];
  });
  assert.deepEqual(missing, []);
  await demo.close();
});

test("the page is whole after the files that its HTML names: it asks for nothing else to be ready", async () => {
  const demo = await Demo.open(running);
  await demo.page.goto("/", { waitUntil: "networkidle" });
  const html = await (await fetch(demo.url)).text();
  const named = [...html.matchAll(/(?:href|src)="(\/web\/[^"]+)"/g)].map(([, path]) => demo.url + path);
  assert.ok(named.length > 10);
  const asked = demo.requested.filter((url) => url !== "data:,");
  assert.deepEqual(asked.toSorted(), [`${demo.url}/`, ...named].toSorted());
  await demo.close();
});
