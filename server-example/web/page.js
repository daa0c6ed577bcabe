/** The demo: what a signed-in user does, each time with `<sekisho-verify>`. */

import { fillPage, language } from "./language.js";
import { TEXTS } from "./page-texts.js";
import { fill, node } from "./sekisho-verify/node.js";
import { SekishoVerify } from "./sekisho-verify.js";

/** @type {typeof TEXTS.en & Record<string, string>} */
const texts = TEXTS[language];
const INTERVAL = 1000;
const SHOWN_MESSAGES = 5;

/** @type {SekishoVerify[]} */
const elements = [];

/**
 * @typedef {{ status: number, body: any }} Answer
 * @typedef {{ to: string, subject?: string, text: string }} Message
 */

/** @param {string} id */
const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * @param {string} method
 * @param {string} path
 * @param {object | null} body
 * @param {Record<string, string>} headers
 * @returns {Promise<Answer>} Of status 0 where there is none.
 */
async function call(method, path, body = null, headers = {}) {
  try {
    const type = { "Content-Type": "application/json" };
    const sent = body && { body: JSON.stringify(body) };
    const answer = await fetch(path, { method, headers: { ...type, ...headers }, ...sent });
    const read = answer.status === 204 ? null : await answer.json();
    if (read?.code?.startsWith("auth.")) showSignedOut();
    return { status: answer.status, body: read };
  } catch (cause) {
    return { status: 0, body: { code: "network", message: String(cause) } };
  }
}

/**
 * Tries, lets the user verify where that is asked for, and tries again.
 *
 * @param {SekishoVerify} element
 * @param {(headers: Record<string, string>) => Promise<Answer>} attempt
 * @returns {Promise<Answer | null>} `null` where the user cancelled.
 */
async function verified(element, attempt) {
  const refused = await attempt({});
  if (refused.status !== 401 || refused.body.code.startsWith("auth.")) return refused;
  const recordIds = await element.verify(refused.body.data ?? {});
  return recordIds && attempt({ "logto-verification-id": recordIds.join(",") });
}

/**
 * A form with the element after it.
 *
 * @param {string} name
 * @param {(element: SekishoVerify, fields: () => Record<string, string>) => Promise<Answer | null>} act
 * @param {(body: any) => string} succeeded What to say then.
 */
function story(name, act, succeeded) {
  const form = /** @type {HTMLFormElement} */ (at(name));
  const element = /** @type {SekishoVerify} */ (form.nextElementSibling);
  elements.push(element);
  const status = /** @type {HTMLElement} */ (form.querySelector("[role=status]"));
  element.texts = { operations: { transfer: texts.sentence }, fields: texts };
  const fields = () => {
    const given = [...new FormData(form)].map(([field, value]) => [field, String(value)]);
    return Object.fromEntries(given.filter(([, value]) => value !== ""));
  };
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.ariaDisabled === "true") return;
    button.ariaDisabled = "true";
    status.textContent = "";
    const answer = await act(element, fields);
    const isSuccess = answer !== null && answer.status >= 200 && answer.status < 300;
    status.classList.toggle("error", answer !== null && !isSuccess);
    if (isSuccess) status.textContent = succeeded(answer.body);
    else status.textContent = answer ? inWords(answer.body) : texts.cancelled;
    button.ariaDisabled = "false";
    await showAccount();
  });
}

story(
  "transfer",
  async (element, fields) => {
    // Until its answer has come, the same one is sent with the same key and records: so it is made once.
    const send = async (/** @type {Record<string, string>} */ headers) => {
      const transfer = fields();
      const name = JSON.stringify(transfer);
      if (headers["logto-verification-id"]) sessionStorage.setItem(name, JSON.stringify(headers));
      const answer = await call("POST", "/api/transfers", transfer, headers);
      const isAnswered = answer.status > 0 && answer.status < 500 && !answer.body.code?.startsWith("auth.");
      if (isAnswered) sessionStorage.removeItem(name);
      return answer;
    };
    const unanswered = sessionStorage.getItem(JSON.stringify(fields()));
    if (unanswered !== null) return send(JSON.parse(unanswered));
    // Without HTTPS there is no randomUUID.
    const key = crypto.getRandomValues(new Uint32Array(4)).join("-");
    return verified(element, (headers) => send({ ...headers, "Idempotency-Key": key }));
  },
  (transfer) => {
    const text = fill(texts.executed, { sentence: fill(texts.sentence, transfer) });
    at("executed").prepend(node("li", {}, `${text} (${transfer.id})`));
    return text;
  },
);

story(
  "change-password",
  (element, fields) =>
    verified(element, (headers) => call("POST", "/api/my-account/password", { password: fields().password }, headers)),
  () => {
    localStorage.setItem("signed-in", "changed");
    return texts.passwordChanged;
  },
);

story(
  "link-email",
  async (element, fields) => {
    const { email = "" } = fields();
    await showAccount();
    if (email === at("email").textContent) return { status: 400, body: { code: "linkedAlready" } };
    const permission = await element.verify();
    const proof = permission && (await element.verify({ newIdentifier: { type: "email", value: email } }));
    if (!proof) return null;
    const body = { email, newIdentifierVerificationRecordId: proof[0] };
    return call("POST", "/api/my-account/primary-email", body, { "logto-verification-id": permission.join(",") });
  },
  () => texts.linked,
);

/** @param {{ code?: string, message: string, details?: string, data?: { code: string }[] }} problem */
function inWords({ code = "", message, details, data }) {
  const reason = Array.isArray(data) ? data[0]?.code : undefined;
  return texts[reason ?? ""] ?? texts[code] ?? [message, details].filter(Boolean).join(" ");
}

at("sign-in").addEventListener("click", async () => {
  const answer = await call("POST", "/demo/session");
  at("sign-in-status").textContent = answer.status === 204 ? "" : inWords(answer.body);
  if (answer.status !== 204) return;
  localStorage.setItem("signed-in", "");
  await showSignedIn();
  at("account-title").focus();
});

at("sign-out").addEventListener("click", async () => {
  await call("DELETE", "/demo/session");
  sessionStorage.clear();
  showSignedOut();
  at("sign-in-title").focus();
});

async function showSignedIn() {
  at("signed-in").hidden = false;
  at("signed-out").hidden = true;
  await Promise.all([showAccount(), showOutbox()]);
}

function showSignedOut() {
  localStorage.removeItem("signed-in");
  for (const element of elements) element.cancel();
  at("signed-in").hidden = true;
  at("signed-out").hidden = false;
}

async function showAccount() {
  const { status, body } = await call("GET", "/api/my-account");
  if (status !== 200) return;
  at("changed").hidden = localStorage.getItem("signed-in") !== "changed";
  at("email").textContent = body.primaryEmail ?? texts.none;
  at("phone").textContent = body.primaryPhone ? `+${body.primaryPhone}` : texts.none;
}

let shown = "";

async function showOutbox() {
  const { status, body } = await call("GET", "/dev/outbox");
  const messages = /** @type {Message[]} */ (status === 200 ? body : []).slice(-SHOWN_MESSAGES).reverse();
  const now = JSON.stringify(messages);
  if (now === shown) return;
  shown = now;
  at("outbox").replaceChildren(...messages.map(item));
}

/** @param {Message} message */
function item({ to, subject, text }) {
  const pieces = text.split(/(https?:\/\/\S+)/);
  return node(
    "li",
    {},
    node("p", { class: "quiet" }, to),
    node("p", { class: "subject" }, subject ?? ""),
    node(
      "p",
      { class: "text" },
      ...pieces.map((piece, n) => (n % 2 === 1 ? node("a", { href: piece }, piece) : piece)),
    ),
  );
}

fillPage(texts);
// Else nothing is sent.
const isVerifying = () => document.querySelector("form > [aria-disabled=true]") !== null;
setInterval(() => isVerifying() && void Promise.all([showOutbox(), showAccount()]), INTERVAL);
// The cookie cannot be seen from here.
if (localStorage.getItem("signed-in") !== null) void showSignedIn();
