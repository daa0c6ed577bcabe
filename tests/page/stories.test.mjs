/** What a user does on the demo's page, against the server. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { another, Demo, EMAIL, LAN, PASSWORD, PHONE, start } from "./demo.mjs";

const TRANSFER = "Approve a transfer";

let running;
let demo;
before(async () => {
  running = await start();
});
beforeEach(async () => {
  demo = await Demo.open(running);
  await demo.signIn();
});
afterEach(() => demo.close());
after(() => running.stop());

test("a transfer is approved by the password, which sees what it approves", async () => {
  const panel = await demo.beginTransfer();
  await panel.getByText("Transfer 120.00 EUR to Ana").waitFor();
  assert.deepEqual(await panel.getByRole("definition").allInnerTexts(), ["120.00", "EUR", "Ana"]);
  await panel.getByRole("button", { name: "Password" }).click();
  await panel.getByLabel("Your password").fill(PASSWORD);
  await panel.getByRole("button", { name: "Confirm", exact: true }).click();
  await demo.story(TRANSFER).getByRole("listitem").getByText("Executed: Transfer 120.00 EUR to Ana").waitFor();
  assert.equal(await panel.count(), 0);
});

test("a transfer is approved by a code, pasted as it stands in the message", async () => {
  const panel = await demo.beginTransfer();
  await panel.getByRole("button", { name: "Code by e-mail" }).click();
  await panel.getByText("A code is on its way to d•••@example.com.").waitFor();
  const code = await demo.code(EMAIL);
  const [message] = await demo.outbox(EMAIL);
  assert.match(message.text, /Transfer 120\.00 EUR to Ana/);
  const fullWidth = code.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));
  await paste(panel.getByLabel("Code"), ` ${fullWidth.slice(0, 3)} ${fullWidth.slice(3)} `);
  assert.equal(await panel.getByLabel("Code").inputValue(), code);
  await panel.getByRole("button", { name: "Confirm", exact: true }).click();
  await demo.story(TRANSFER).getByRole("listitem").getByText("Executed: Transfer 120.00 EUR to Ana").waitFor();
});

async function paste(field, text) {
  await field.evaluate((input, pasted) => {
    input.focus();
    document.execCommand("insertText", false, pasted);
  }, text);
}

/** Approves the transfer by the password; `lost` says what becomes of the answer to it. */
async function approve(lost) {
  const sent = [];
  await demo.page.route("**/api/transfers", async (route) => {
    const request = route.request();
    const record = request.headers()["logto-verification-id"];
    if (!record) return route.continue();
    const answer = await route.fetch();
    const { id } = await answer.json();
    sent.push({ record, key: request.headers()["idempotency-key"], status: answer.status(), id });
    if (sent.length <= lost.times)
      await (lost.by === "proxy" ? route.fulfill({ status: 502, body: "<html>" }) : route.abort());
    else await route.fulfill({ response: answer });
  });
  const panel = await demo.beginTransfer();
  await panel.getByRole("button", { name: "Password" }).click();
  await panel.getByLabel("Your password").fill(PASSWORD);
  await panel.getByRole("button", { name: "Confirm", exact: true }).click();
  await demo.story(TRANSFER).getByText("No answer came. Press again: nothing is done twice.").waitFor();
  return sent;
}

for (const by of ["network", "proxy"]) {
  test(`a transfer whose answer was lost by the ${by} is made once, over a reload, too`, async () => {
    const sent = await approve({ times: 2, by });
    const story = demo.story(TRANSFER);
    const again = story.getByRole("button", { name: "Transfer" });
    await again.click();
    await demo.page.waitForFunction(() => document.querySelector("#transfer [role=status]").textContent !== "");
    await demo.page.reload();
    await again.click();
    await story.getByRole("listitem").getByText("Executed: Transfer 120.00 EUR to Ana").waitFor();
    assert.equal(await demo.panel(TRANSFER).count(), 0);
    assert.equal(sent.length, 3);
    assert.deepEqual(sent, Array(3).fill(sent[0]));
    assert.equal(sent[0].status, 201);
    // The next one is another transfer.
    const panel = await demo.beginTransfer();
    await panel.getByRole("button", { name: "Password" }).click();
    await panel.getByLabel("Your password").fill(PASSWORD);
    await panel.getByRole("button", { name: "Confirm", exact: true }).click();
    await story.getByRole("listitem").nth(1).waitFor();
    assert.notEqual(sent[3].key, sent[0].key);
    assert.notEqual(sent[3].id, sent[0].id);
  });
}

test("a transfer whose answer was lost is not sent with another one's key or approval", async () => {
  const sent = await approve({ times: 1 });
  await demo.page.getByLabel("Amount").fill("7.00");
  const panel = await demo.beginTransfer();
  await panel.getByRole("button", { name: "Password" }).waitFor();
  await panel.getByRole("button", { name: "Cancel" }).click();
  await demo.page.getByLabel("Amount").fill("120.00");
  await demo.story(TRANSFER).getByRole("button", { name: "Transfer" }).click();
  await demo.story(TRANSFER).getByRole("listitem").getByText("Executed: Transfer 120.00 EUR to Ana").waitFor();
  assert.deepEqual(sent[1], sent[0]);
});

test("whether a transfer was made is not guessed where the approval is too old to ask", async () => {
  await demo.page.clock.install();
  await approve({ times: 1 });
  await demo.wait(601);
  await demo.story(TRANSFER).getByRole("button", { name: "Transfer" }).click();
  await demo
    .story(TRANSFER)
    .getByText("Refused: the approval is no longer good. See whether it was carried out")
    .waitFor();
  assert.equal(await demo.panel(TRANSFER).count(), 0);
  // Pressed once more it is a new one, to be approved.
  const panel = await demo.beginTransfer();
  await panel.getByRole("button", { name: "Password" }).waitFor();
});

test("an amount that is changed after the approval is refused", async () => {
  const panel = await demo.beginTransfer();
  await panel.getByRole("button", { name: "Password" }).click();
  await panel.getByLabel("Your password").fill(PASSWORD);
  await demo.page.getByLabel("Amount").fill("9120.00");
  await panel.getByRole("button", { name: "Confirm", exact: true }).click();
  await demo.story(TRANSFER).getByText("Refused: this is not what you approved.").waitFor();
  assert.equal(await demo.page.locator("#executed li").count(), 0);
});

test("a code is sent again after the countdown, and the first message's code is right", async () => {
  await demo.page.clock.install();
  const panel = await demo.beginTransfer();
  await panel.getByRole("button", { name: "Code by text message" }).click();
  const code = await demo.code(PHONE);
  const again = panel.getByRole("button", { name: /^Send the code again/ });
  await panel.getByText("A code is on its way to •••• 47.").waitFor();
  assert.match(await again.textContent(), /^Send the code again in 0:\d\d$/);
  assert.equal(await again.getAttribute("aria-disabled"), "true");
  await again.click({ force: true });
  assert.equal((await demo.outbox(PHONE)).length, 1);
  await demo.wait(31);
  await panel.getByRole("button", { name: "Send the code again", exact: true }).click();
  await panel.getByText("The same code is on its way to •••• 47 again.").waitFor();
  assert.equal(await demo.code(PHONE, 2), code);
  await panel.getByLabel("Code").fill(code);
  await panel.getByLabel("Code").press("Enter");
  await demo.story(TRANSFER).getByRole("listitem").getByText("Executed: Transfer 120.00 EUR to Ana").waitFor();
});

test("where both are required, both are asked for, and the transfer is carried out once", async () => {
  await demo.setPolicy({ operations: { transfer: { methods: ["password", "email_code"], match: "all" } } });
  const panel = await demo.beginTransfer();
  await panel.getByText("Step 1 of 2").waitFor();
  await panel.getByLabel("Your password").fill(PASSWORD);
  await panel.getByRole("button", { name: "Confirm", exact: true }).click();
  await panel.getByText("Step 2 of 2").waitFor();
  await panel.getByLabel("Code").fill(await demo.code(EMAIL));
  await panel.getByRole("button", { name: "Confirm", exact: true }).click();
  await demo.story(TRANSFER).getByRole("listitem").getByText("Executed: Transfer 120.00 EUR to Ana").waitFor();
});

test("where an approval is good for any transfer, it is made the same way", async () => {
  await demo.setPolicy({ operations: { transfer: { bound: false } } });
  const panel = await demo.beginTransfer();
  await panel.getByRole("button", { name: "Password" }).click();
  await panel.getByLabel("Your password").fill(PASSWORD);
  await panel.getByRole("button", { name: "Confirm", exact: true }).click();
  await demo.story(TRANSFER).getByRole("listitem").getByText("Executed: Transfer 120.00 EUR to Ana").waitFor();
});

test("wrong codes are counted down, and a new code can be had after the last", async () => {
  const panel = await demo.beginTransfer();
  await panel.getByRole("button", { name: "Code by e-mail" }).click();
  const wrong = another(await demo.code(EMAIL));
  const field = panel.getByLabel("Code");
  for (let left = 9; left > 0; left -= 1) {
    await field.fill(wrong);
    await field.press("Enter");
    await panel.getByText(`The code is not right. Tries left: ${left}.`).waitFor();
  }
  await assertInvalid(field, /Tries left: 1\./);
  await field.fill(wrong);
  await field.press("Enter");
  await panel.getByText("This code was wrong too often. Have a new one sent.").waitFor();
  const anew = panel.getByRole("button", { name: "Send a new code" });
  assert.ok(await anew.evaluate((button) => button.getRootNode().activeElement === button));
  await anew.click();
  await field.fill(await demo.code(EMAIL, 2));
  await field.press("Enter");
  await demo.story(TRANSFER).getByRole("listitem").getByText("Executed: Transfer 120.00 EUR to Ana").waitFor();
});

async function assertInvalid(field, text) {
  assert.equal(await field.getAttribute("aria-invalid"), "true");
  const described = await field.evaluate(
    (input) => input.getRootNode().getElementById(input.getAttribute("aria-describedby")).textContent,
  );
  assert.match(described, text);
}

test("a wrong password is told, and the right one is taken after it", async () => {
  const panel = await demo.beginTransfer();
  await panel.getByRole("button", { name: "Password" }).click();
  const field = panel.getByLabel("Your password");
  await field.press("Enter");
  await panel.getByText("Enter your password.").waitFor();
  await field.fill("seven barriers");
  await field.press("Enter");
  await panel.getByText("The password is not right.").waitFor();
  await assertInvalid(field, /not right/);
  await field.fill(PASSWORD);
  await field.press("Enter");
  await demo.story(TRANSFER).getByRole("listitem").getByText("Executed: Transfer 120.00 EUR to Ana").waitFor();
});

test("the password is changed", async () => {
  const account = demo.story("Your account");
  assert.ok(await account.getByText("Password at first").isVisible());
  assert.ok(await account.getByText("seven barriers on the road").isVisible());
  assert.equal(await demo.page.getByText("(you have changed it)").isVisible(), false);
  const story = demo.story("Change the password");
  await story.getByLabel("New password").fill("another horse, the same barrier");
  await story.getByRole("button", { name: "Change the password" }).click();
  const panel = demo.panel("Change the password");
  await panel.getByRole("button", { name: "Password" }).click();
  await panel.getByLabel("Your password").fill(PASSWORD);
  await panel.getByRole("button", { name: "Confirm", exact: true }).click();
  await story.getByText("The password is changed.").waitFor();
  await account.getByText("(you have changed it)").waitFor();
  await demo.page.reload();
  await account.getByText("(you have changed it)").waitFor();
  // The old one is refused now.
  await story.getByLabel("New password").fill("a third horse, a third barrier");
  await story.getByRole("button", { name: "Change the password" }).click();
  await panel.getByRole("button", { name: "Password" }).click();
  await panel.getByLabel("Your password").fill(PASSWORD);
  await panel.getByRole("button", { name: "Confirm", exact: true }).click();
  await panel.getByText("The password is not right.").waitFor();
});

test("a password that is too short is told in words", async () => {
  const story = demo.story("Change the password");
  await story.getByLabel("New password").fill("short");
  await story.getByRole("button", { name: "Change the password" }).click();
  const panel = demo.panel("Change the password");
  await panel.getByRole("button", { name: "Password" }).click();
  await panel.getByLabel("Your password").fill(PASSWORD);
  await panel.getByRole("button", { name: "Confirm", exact: true }).click();
  await story.getByText("The password is too short: 8 characters at least.").waitFor();
});

test("an e-mail address is linked: permission first, then the new address", async () => {
  const story = demo.story("Link an e-mail address");
  await story.getByLabel("New e-mail address").fill("ana@example.org");
  await story.getByRole("button", { name: "Link it" }).click();
  const panel = demo.panel("Link an e-mail address");
  await panel.getByText("Confirm that it is you").waitFor();
  await panel.getByRole("button", { name: "Password" }).click();
  await panel.getByLabel("Your password").fill(PASSWORD);
  await panel.getByRole("button", { name: "Confirm", exact: true }).click();
  await panel.getByText("Confirm the new e-mail address").waitFor();
  await panel.getByText("A code is on its way to ana@example.org.").waitFor();
  await panel.getByLabel("Code").fill(await demo.code("ana@example.org"));
  await panel.getByRole("button", { name: "Confirm", exact: true }).click();
  await story.getByText("The e-mail address is linked.").waitFor();
  await demo.story("Your account").getByText("ana@example.org").waitFor();
});

test("an address that is linked already, or is none, is told before anything is asked", async () => {
  const story = demo.story("Link an e-mail address");
  const field = story.getByLabel("New e-mail address");
  const asked = demo.requested.length;
  await field.fill("x@y");
  await story.getByRole("button", { name: "Link it" }).click();
  // Chromium shows both, the title below its own words.
  assert.match(await field.evaluate(({ validationMessage }) => validationMessage), /format/);
  assert.equal(await field.getAttribute("title"), "name@example.com");
  assert.equal(demo.requested.length, asked);
  await field.fill(EMAIL);
  await story.getByRole("button", { name: "Link it" }).click();
  await story.getByText("This e-mail address is linked already.").waitFor();
  assert.equal(await demo.panel("Link an e-mail address").count(), 0);
  assert.deepEqual(await demo.outbox(EMAIL), []);
});

test("whoever presses twice, or once more while asked, is asked once and told of no end", async () => {
  const story = demo.story(TRANSFER);
  await story.getByRole("button", { name: "Transfer" }).dblclick();
  const panel = demo.panel(TRANSFER);
  await panel.getByRole("button", { name: "Code by e-mail" }).click();
  await panel.getByText("A code is on its way").waitFor();
  await demo.page.getByLabel("Amount").press("Enter");
  await story.getByRole("button", { name: "Transfer" }).click({ force: true });
  assert.equal(await story.getByText("Cancelled.").count(), 0);
  await panel.getByLabel("Code").fill(await demo.code(EMAIL));
  await panel.getByRole("button", { name: "Confirm", exact: true }).click();
  await story.getByRole("listitem").waitFor();
  assert.equal((await demo.outbox(EMAIL)).length, 1);
  // And anew after the end.
  await demo.beginTransfer();
  await panel.getByRole("button", { name: "Cancel" }).click();
  await story.getByText("Cancelled. Nothing was changed.").waitFor();
});

test("on a phone a second tap at once on a way to confirm takes the way, and cancels nothing", async () => {
  await demo.page.setViewportSize({ width: 360, height: 800 });
  // The answer comes between the taps, or after them.
  for (const [way, delay] of [
    ["Code by e-mail", 0],
    ["Code by e-mail", 300],
    ["Code by text message", 0],
    ["Code by text message", 300],
    ["Password", 0],
  ]) {
    await demo.page.route("**/verification-code", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, delay));
      await route.continue();
    });
    const panel = await demo.beginTransfer();
    const button = panel.getByRole("button", { name: way });
    await button.scrollIntoViewIfNeeded();
    const { x, y, width, height } = await button.boundingBox();
    // Two clicks of one each, as taps are: nothing tells that they belong together.
    for (let taps = 0; taps < 2; taps += 1) {
      await demo.page.mouse.click(x + width / 2, y + height / 2);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await panel.getByRole("textbox").waitFor();
    assert.equal(await panel.getByRole("alert").textContent(), "", way);
    await panel.getByRole("button", { name: "Cancel" }).click();
    await panel.waitFor({ state: "detached" });
    await demo.page.unroute("**/verification-code");
  }
});

test("whoever cancels ends the code, and stands where they began", async () => {
  const panel = await demo.beginTransfer();
  await panel.getByRole("button", { name: "Code by e-mail" }).click();
  await panel.getByText("A code is on its way").waitFor();
  const code = await demo.code(EMAIL);
  const ended = demo.page.waitForResponse((answer) => answer.request().method() === "DELETE");
  await panel.getByRole("button", { name: "Cancel" }).click();
  await demo.story(TRANSFER).getByText("Cancelled. Nothing was changed.").waitFor();
  assert.equal((await ended).status(), 204);
  const opener = demo.story(TRANSFER).getByRole("button", { name: "Transfer" });
  assert.ok(await opener.evaluate((button) => document.activeElement === button));
  const challenge = decodeURIComponent(new URL((await ended).url()).pathname.split("/").at(-1));
  assert.equal(await check(challenge, code), "verification_code.not_found");
});

/** The code of the refusal of a code of the demo user's. */
async function check(verificationId, code) {
  return demo.page.evaluate(
    async (body) => {
      const answer = await fetch("/api/verifications/verification-code/verify", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      return (await answer.json()).code;
    },
    { identifier: { type: "email", value: EMAIL }, verificationId, code },
  );
}

test("the message's link ends the code, by its button and not by being opened", async () => {
  const panel = await demo.beginTransfer();
  await panel.getByRole("button", { name: "Code by e-mail" }).click();
  const code = await demo.code(EMAIL);
  const link = demo.page.locator("#outbox a[href*='/not-me#']");
  await link.waitFor();
  const path = await link.evaluate(({ href }) => new URL(href).pathname + new URL(href).hash);

  const mail = await demo.context.newPage();
  const asked = [];
  mail.on("request", (request) => asked.push(request.method()));
  await mail.goto(path);
  const button = mail.getByRole("button", { name: "Make the code void" });
  await button.waitFor();
  assert.ok(asked.length > 0 && asked.every((method) => method === "GET"));
  await button.click();
  await mail.getByText("The code is void now").waitFor();
  await panel.getByLabel("Code").fill(code);
  await panel.getByRole("button", { name: "Confirm", exact: true }).click();
  await panel.getByText("This code was used or revoked already.").waitFor();
});

test("of a link that was cut off the code stays as it is, and the whole link ends it afterwards", async () => {
  const panel = await demo.beginTransfer();
  await panel.getByRole("button", { name: "Code by e-mail" }).click();
  await demo.code(EMAIL);
  const link = await demo.page.locator("#outbox a[href*='/not-me#']").getAttribute("href");
  const mail = await demo.context.newPage();
  const button = mail.getByRole("button", { name: "Make the code void" });
  for (const url of [link.slice(0, -10), `${link}x`, link.split("#")[0], `${link.split("#")[0]}#${"x".repeat(40)}`]) {
    await mail.goto(url);
    await button.click();
    await mail.getByText("This link is cut off or too old. Copy the whole link from the message").waitFor();
    assert.equal(await mail.getByText("is void now").count(), 0);
  }
  // The same tab takes the whole one.
  await mail.goto(link);
  await button.click();
  await mail.getByText("The code is void now").waitFor();
  assert.equal(await button.count(), 0);
});

test("what a mail program takes for the end of a link does no harm", async () => {
  const panel = await demo.beginTransfer();
  await panel.getByRole("button", { name: "Code by e-mail" }).click();
  await demo.code(EMAIL);
  const link = await demo.page.locator("#outbox a[href*='/not-me#']").getAttribute("href");
  const mail = await demo.context.newPage();
  for (const end of [".", ">", ")", "%3E", '."', "。", "%20", "</a>"]) {
    await mail.goto("about:blank");
    await mail.goto(link + end);
    await mail.getByRole("button", { name: "Make the code void" }).click();
    await mail.getByText("The code is void now").waitFor();
  }
});

test("the example of the npm package's README approves a transfer", async () => {
  const readme = readFileSync(join(import.meta.dirname, "../../bindings-wasm/README.md"), "utf8");
  const [, program] = /^```js\n(import "sekisho\/verify-element";\n.*?)^```$/ms.exec(readme);
  await demo.page.route("**/web/example.js", (route) =>
    route.fulfill({
      contentType: "text/javascript",
      body: program.replace("sekisho/verify-element", "/web/sekisho-verify.js"),
    }),
  );
  const made = demo.page.evaluate(async () => {
    const { transfer } = await import("/web/example.js");
    const answer = await transfer({ amount: "7.50", currency: "EUR", payee: "Ben" });
    return [answer.status, await answer.json()];
  });
  const panel = demo.panel(TRANSFER);
  await panel.getByText("Transfer 7.50 EUR to Ben").waitFor();
  await panel.getByRole("button", { name: "Password" }).click();
  await panel.getByLabel("Your password").fill(PASSWORD);
  await panel.getByRole("button", { name: "Confirm", exact: true }).click();
  const [status, { id, ...transfer }] = await made;
  assert.deepEqual([status, transfer], [201, { amount: "7.50", currency: "EUR", payee: "Ben" }]);
});

test("signed in stays signed in over a reload, until signing out", async () => {
  await demo.page.reload();
  await demo.page.getByText(EMAIL, { exact: true }).waitFor();
  const [cookie] = await demo.context.cookies();
  assert.deepEqual(
    { httpOnly: cookie.httpOnly, sameSite: cookie.sameSite, path: cookie.path, secure: cookie.secure },
    { httpOnly: true, sameSite: "Strict", path: "/", secure: false },
  );
  await demo.page.getByRole("button", { name: "Sign out" }).click();
  await demo.page.getByRole("heading", { name: "You are signed out" }).waitFor();
  assert.deepEqual(await demo.context.cookies(), []);
  assert.equal(await demo.page.evaluate(async () => (await fetch("/api/my-account")).status), 401);
  await demo.page.reload();
  await demo.page.getByRole("button", { name: "Sign in as the demo user" }).waitFor();
});

test("signed out in another tab, the user is shown the sign-in and no panel any more", async () => {
  const panel = await demo.beginTransfer();
  await panel.getByRole("button", { name: "Password" }).click();
  await panel.getByLabel("Your password").waitFor();
  const other = await demo.context.newPage();
  await other.goto("/");
  await other.getByRole("button", { name: "Sign out" }).click();
  await other.getByRole("heading", { name: "You are signed out" }).waitFor();
  const signIn = demo.page.getByRole("button", { name: "Sign in as the demo user" });
  await signIn.waitFor();
  assert.equal(await panel.count(), 0);
  // Signed in again, all is as at the start.
  await signIn.click();
  await demo.beginTransfer();
  await panel.getByRole("button", { name: "Password" }).waitFor();
});

test("from another machine, without HTTPS, a transfer is approved and the session ended", async () => {
  const baseURL = running.url.replace("127.0.0.1", LAN);
  const context = await running.browser.newContext({ locale: "en-GB", baseURL });
  try {
    const lan = new Demo(baseURL, context, await context.newPage());
    await lan.signIn();
    assert.equal(await lan.page.evaluate(() => isSecureContext), false);
    const panel = await lan.beginTransfer();
    await panel.getByRole("button", { name: "Password" }).click();
    await panel.getByLabel("Your password").fill(PASSWORD);
    await panel.getByRole("button", { name: "Confirm", exact: true }).click();
    await lan.story(TRANSFER).getByRole("listitem").getByText("Executed: Transfer 120.00 EUR to Ana").waitFor();
    await lan.page.getByRole("button", { name: "Sign out" }).click();
    await lan.page.getByRole("heading", { name: "You are signed out" }).waitFor();
    assert.deepEqual(await context.cookies(), []);
  } finally {
    await context.close();
  }
});

test("a page of another port has no use of the cookie, which the browser gives it", async (t) => {
  const cookies = [];
  const stranger = createServer((request, response) => {
    cookies.push(request.headers.cookie);
    response.setHeader("Content-Type", "text/html").end("<link rel=icon href=data:,>");
  });
  t.after(() => stranger.close());
  await new Promise((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  const page = await demo.context.newPage();
  await page.goto(`http://127.0.0.1:${stranger.address().port}`);
  assert.match(cookies[0], /^sekisho_demo=/);
  assert.equal(await statusOfVerification(demo.page), 201);
  assert.equal(await statusOfVerification(page), 401);
});

/** The status of a right password, sent by a page with the cookies that the browser has. */
async function statusOfVerification(page) {
  const url = `${demo.url}/api/verifications/password`;
  const asked = page.waitForResponse(url);
  const send = ([to, password]) => {
    const body = new URLSearchParams({ password });
    return fetch(to, { method: "POST", mode: "no-cors", credentials: "include", body }).then(() => {});
  };
  await page.evaluate(send, [url, PASSWORD]);
  return (await asked).status();
}
