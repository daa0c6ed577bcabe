/** The states of the page, each as the steps that lead there: for the checks of each, and for pictures. */

import { another, EMAIL, PASSWORD } from "./demo.mjs";

const TRANSFER = "Approve a transfer";

/** By name; each gets a demo that nobody has signed in to yet. */
export const STATES = {
  "signed-out": async (demo) => {
    await demo.page.goto("/");
    await demo.page.getByRole("button", { name: "Sign in as the demo user" }).waitFor();
  },
  "signed-in": (demo) => demo.signIn(),
  choice: async (demo) => {
    await demo.signIn();
    const panel = await demo.beginTransfer();
    await panel.getByRole("button", { name: "Password" }).waitFor();
  },
  password: async (demo) => {
    await STATES.choice(demo);
    const panel = demo.panel(TRANSFER);
    await panel.getByRole("button", { name: "Password" }).click();
    await panel.getByLabel("Your password").waitFor();
  },
  "wrong-password": async (demo) => {
    await STATES.password(demo);
    const panel = demo.panel(TRANSFER);
    await panel.getByLabel("Your password").fill("a guess");
    await panel.getByRole("button", { name: "Confirm", exact: true }).click();
    await panel.getByText("The password is not right.").waitFor();
  },
  code: async (demo) => {
    await STATES.choice(demo);
    const panel = demo.panel(TRANSFER);
    await panel.getByRole("button", { name: "Code by e-mail" }).click();
    await panel.getByText("A code is on its way").waitFor();
    await demo.page.locator("#outbox li").waitFor();
  },
  "code-japanese": async (demo) => {
    await demo.page.goto("/?lang=ja");
    await demo.page.getByRole("button", { name: "デモユーザーでサインイン" }).click();
    await demo.page.getByRole("button", { name: "送金する" }).click();
    await demo.page.getByRole("button", { name: "メールで届くコード" }).click();
    await demo.page.getByText("コードを送信しました。").waitFor();
  },
  "wrong-code": async (demo) => {
    await STATES.code(demo);
    const panel = demo.panel(TRANSFER);
    await panel.getByLabel("Code").fill(another(await demo.code(EMAIL)));
    await panel.getByRole("button", { name: "Confirm", exact: true }).click();
    await panel.getByText("Tries left: 9.").waitFor();
  },
  "no-tries-left": async (demo) => {
    await demo.setPolicy({ code: { maxRetryAttempts: 1 } });
    await STATES["wrong-code"](demo);
    const panel = demo.panel(TRANSFER);
    await panel.getByLabel("Code").fill(another(await demo.code(EMAIL)));
    await panel.getByRole("button", { name: "Confirm", exact: true }).click();
    await panel.getByRole("button", { name: "Send a new code" }).waitFor();
  },
  refused: async (demo) => {
    await STATES.password(demo);
    const panel = demo.panel(TRANSFER);
    await panel.getByLabel("Your password").fill(PASSWORD);
    await demo.page.getByLabel("Amount").fill("9120.00");
    await panel.getByRole("button", { name: "Confirm", exact: true }).click();
    await demo.story(TRANSFER).getByText("Refused: this is not what you approved.").waitFor();
  },
  executed: async (demo) => {
    await STATES.code(demo);
    const panel = demo.panel(TRANSFER);
    await panel.getByLabel("Code").fill(await demo.code(EMAIL));
    await panel.getByRole("button", { name: "Confirm", exact: true }).click();
    await demo.story(TRANSFER).getByRole("listitem").waitFor();
  },
  "new-email": async (demo) => {
    await demo.signIn();
    const title = "Link an e-mail address";
    await demo.story(title).getByLabel("New e-mail address").fill("ana@example.org");
    await demo.story(title).getByRole("button", { name: "Link it" }).click();
    const panel = demo.panel(title);
    await panel.getByRole("button", { name: "Password" }).click();
    await panel.getByLabel("Your password").fill(PASSWORD);
    await panel.getByRole("button", { name: "Confirm", exact: true }).click();
    await panel.getByText("A code is on its way to ana@example.org.").waitFor();
  },
  "not-me": async (demo) => {
    await demo.page.goto("/not-me#of-some-message");
    await demo.page.getByRole("button", { name: "Make the code void" }).waitFor();
  },
  "not-me-cut-off": async (demo) => {
    await STATES["not-me"](demo);
    await demo.page.getByRole("button", { name: "Make the code void" }).click();
    await demo.page.getByText("This link is cut off or too old").waitFor();
  },
};
