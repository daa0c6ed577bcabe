/**
 * `<sekisho-verify>`: asks the signed-in user to prove once more that it is them, by password or by a
 * code, and gives the verification records. Without a framework, without a build step.
 *
 * ```js
 * let answer = await transfer();
 * if (answer.status === 401) {
 *   const { data } = await answer.json();
 *   const recordIds = await document.querySelector("sekisho-verify").verify(data);
 *   if (recordIds) answer = await transfer({ "logto-verification-id": recordIds.join(",") });
 * }
 * ```
 */

import { SekishoVerify } from "./sekisho-verify/element.js";

export { SekishoVerify };

/**
 * @typedef {import("./sekisho-verify/element.js").VerificationRequest} VerificationRequest
 * @typedef {import("./sekisho-verify/client.js").Identifier} Identifier
 * @typedef {import("./sekisho-verify/facts.js").Operation} Operation
 * @typedef {import("./sekisho-verify/texts.js").Texts} Texts
 */

if (!customElements.get("sekisho-verify")) customElements.define("sekisho-verify", SekishoVerify);
