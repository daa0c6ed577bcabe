/**
 * `<sekisho-verify>`: asks the signed-in user to prove once more that it is them, by password or by a
 * code, and gives the verification records. Without a framework, without a build step.
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
