import { choose } from "./chooser.js";
import { Client, Problem } from "./client.js";
import { codeForm } from "./code-form.js";
import { fill } from "./node.js";
import { Panel } from "./panel.js";
import { passwordForm } from "./password-form.js";
import { STYLE } from "./style.js";
import { textOfProblem, textsOf } from "./texts.js";

/**
 * @import { Way } from "./chooser.js"
 * @import { Account, Identifier, Method, Refused } from "./client.js"
 * @import { Operation } from "./facts.js"
 * @import { Texts } from "./texts.js"
 */

/**
 * @typedef {object} VerificationRequest What is to be verified: `data` of the API's 401 as it is, or
 *   nothing of it for a plain permission, or a new identifier.
 * @property {{ methods: Method[], match?: "any" | "all" }} [requirement]
 * @property {Operation} [operation] Shown to the user, and what the record is for.
 * @property {string} [resumeHandle]
 * @property {Identifier} [newIdentifier] The user shall prove that it is theirs.
 *
 * @typedef {object} Verification One that is under way.
 * @property {Panel} panel
 * @property {Texts} texts
 * @property {Client} client
 * @property {Refused} refused
 * @property {Account | null} account
 * @property {boolean} isNew Whether the identifier is new.
 * @property {number} maxTries
 * @property {(id: string) => void} began Notes a challenge or record that ends where the user cancels.
 */

/**
 * Hidden until {@link SekishoVerify.verify} is called.
 *
 * Attributes: `base-url`, where the API's `/api` is (this origin without one); `max-tries`, how often a
 * code may be wrong by the server's policy (10); `lang`, `en` or `ja`, else that of what it stands in.
 *
 * @fires verified A `CustomEvent` with `detail.recordIds`.
 * @fires cancelled
 */
export class SekishoVerify extends HTMLElement {
  /**
   * The access token. Without one the browser's cookies count, on the API's own origin.
   *
   * @type {string | null}
   */
  token = null;

  /**
   * Texts in place of the element's own, sentences of operations and names of their fields among them.
   *
   * @type {Partial<Texts>}
   */
  texts = {};

  /** Ends what is under way. @type {((recordIds: string[] | null) => void) | null} */
  #end = null;
  #root = this.attachShadow({ mode: "open" });

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [STYLE];
  }

  disconnectedCallback() {
    // Moving it takes it out for a moment.
    queueMicrotask(() => {
      if (!this.isConnected) this.cancel();
    });
  }

  /**
   * Lets the user verify. What was under way is cancelled.
   *
   * @param {VerificationRequest} request
   * @returns {Promise<string[] | null>} The records, several where all of several methods are required;
   *   `null` where the user cancelled.
   */
  verify(request = {}) {
    this.cancel();
    const over = new AbortController();
    const opener = document.activeElement;
    /** @type {Set<string>} */
    const begun = new Set();
    return new Promise((resolve) => {
      const verification = this.#verification(request, over.signal, begun);
      this.#end = (recordIds) => {
        if (over.signal.aborted) return;
        over.abort();
        this.#end = null;
        const hadFocus = this.matches(":focus-within");
        this.#root.replaceChildren();
        if (hadFocus && opener instanceof HTMLElement) opener.focus();
        if (recordIds === null) for (const id of begun) void verification.client.revoke(id);
        const name = recordIds === null ? "cancelled" : "verified";
        this.dispatchEvent(new CustomEvent(name, { detail: { recordIds }, bubbles: true, composed: true }));
        resolve(recordIds);
      };
      this.#root.replaceChildren(verification.panel.node);
      recordsOf(verification, request).then(this.#end, (problem) => {
        if (!(problem instanceof Problem)) throw problem;
        verification.panel.fail(textOfProblem(problem, verification.texts));
      });
    });
  }

  /** Cancels what is under way, as the user would. */
  cancel() {
    this.#end?.(null);
  }

  /**
   * @param {VerificationRequest} request
   * @param {AbortSignal} signal
   * @param {Set<string>} begun
   * @returns {Verification}
   */
  #verification({ operation, resumeHandle, newIdentifier }, signal, begun) {
    const tag = this.closest("[lang]")?.getAttribute("lang") || navigator.language;
    const language = tag.startsWith("ja") ? "ja" : "en";
    const texts = textsOf(language, this.texts);
    const client = new Client(this.getAttribute("base-url") ?? "", this.token, language);
    const ofNew = newIdentifier?.type === "email" ? texts.newEmail : texts.newPhone;
    const title = newIdentifier ? ofNew : texts.title;
    const panel = new Panel({ title, texts, language, operation, signal, cancel: () => this.cancel() });
    return {
      panel,
      texts,
      client,
      refused: { ...(operation && { operation }), ...(resumeHandle && { resumeHandle }) },
      account: null,
      isNew: newIdentifier !== undefined,
      maxTries: Number(this.getAttribute("max-tries")) || 10,
      began: (id) => void (signal.aborted ? client.revoke(id) : begun.add(id)),
    };
  }
}

/**
 * @param {Verification} verification
 * @param {VerificationRequest} request
 * @returns {Promise<string[]>}
 */
async function recordsOf(verification, { requirement, newIdentifier }) {
  if (newIdentifier) return [await byAny(verification, [newIdentifier])];
  const { panel, texts, client } = verification;
  panel.announce(texts.wait);
  const account = await client.account();
  const ofUser = { ...verification, account };
  const methods = requirement?.methods ?? ["password", "email_code", "phone_code"];
  const ways = methods.map((method) => wayOf(method, account)).filter((way) => way !== undefined);
  const mustAll = requirement?.match === "all";
  if (ways.length === 0 || (mustAll && ways.length < methods.length)) throw new Problem("noMethod");
  if (!mustAll) return [await byAny(ofUser, ways)];
  const records = [];
  for (const [index, way] of ways.entries()) {
    panel.part = fill(texts.part, { n: index + 1, of: ways.length });
    records.push(await byAny(ofUser, [way]));
  }
  return records;
}

/**
 * @param {Verification} verification
 * @param {Way[]} ways One at least.
 * @returns {Promise<string>}
 */
async function byAny(verification, ways) {
  const hasOther = ways.length > 1;
  for (;;) {
    const way = hasOther ? await choose(verification, ways) : (ways[0] ?? null);
    const record = await (way ? codeForm(verification, way, hasOther) : passwordForm(verification, hasOther));
    if (record !== null) return record;
  }
}

/**
 * @param {Method} method
 * @param {Account} account
 * @returns {Way | undefined} `undefined` where the user does not have it.
 */
function wayOf(method, { primaryEmail, primaryPhone, hasPassword }) {
  if (method === "password" && hasPassword !== false) return null;
  if (method === "email_code" && primaryEmail) return { type: "email", value: primaryEmail };
  if (method === "phone_code" && primaryPhone) return { type: "phone", value: primaryPhone };
}
