/** The paths of the Account API that verify a user. */

/** @import { Operation } from "./facts.js" */

/**
 * @typedef {"password" | "email_code" | "phone_code"} Method
 *
 * @typedef {object} Identifier An e-mail address, or a phone number: digits alone, country code first.
 * @property {"email" | "phone"} type
 * @property {string} value
 *
 * @typedef {object} Account
 * @property {string | null} [primaryEmail]
 * @property {string | null} [primaryPhone]
 * @property {boolean} [hasPassword] Not there where the access token may not see it.
 *
 * @typedef {object} Refused What the record shall be for, as the API's 401 has it.
 * @property {Operation} [operation]
 * @property {string} [resumeHandle]
 */

/** An answer that is no success, or none at all. */
export class Problem extends Error {
  /**
   * @param {string} code The API's, or `network` where there was no answer.
   * @param {string} message
   * @param {number | null} retryAfter Seconds.
   */
  constructor(code, message = "", retryAfter = null) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

export class Client {
  #baseUrl;
  #headers;

  /**
   * @param {string} baseUrl Where `/api` is; empty for this origin.
   * @param {string | null} token The access token; without one the browser's cookies count.
   * @param {string} language Of the messages that are sent.
   */
  constructor(baseUrl, token, language) {
    this.#baseUrl = baseUrl.replace(/\/+$/, "");
    this.#headers = { "Accept-Language": language, ...(token && { Authorization: `Bearer ${token}` }) };
  }

  /** @returns {Promise<Account>} */
  account() {
    return this.#call("GET", "my-account");
  }

  /**
   * Ends a challenge or record. What cannot be ended now ends by itself.
   *
   * @param {string} id
   */
  revoke(id) {
    return this.#call("DELETE", `verifications/${encodeURIComponent(id)}`).catch(() => {});
  }

  /**
   * @param {"password" | "verification-code" | "verification-code/resend" | "verification-code/verify"} path
   * @param {object} body
   * @returns {Promise<string>} The challenge or record.
   */
  async verify(path, body) {
    const { verificationRecordId } = await this.#call("POST", `verifications/${path}`, body);
    if (typeof verificationRecordId !== "string") throw new Problem("unexpected");
    return verificationRecordId;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  async #call(method, path, body) {
    const headers = { ...this.#headers, ...(body && { "Content-Type": "application/json" }) };
    // A challenge is ended even where the page is left at that moment.
    const keepalive = method === "DELETE";
    const sent = { method, headers, keepalive, body: body ? JSON.stringify(body) : null };
    const answer = await fetch(`${this.#baseUrl}/api/${path}`, sent).catch((cause) => {
      throw new Problem("network", String(cause));
    });
    // A proxy's page is no JSON, and no content is none.
    const json = await answer.json().catch(() => ({}));
    if (answer.ok) return json;
    const retryAfter = Number(answer.headers.get("Retry-After")) || null;
    throw new Problem(json.code ?? "unexpected", json.message ?? String(answer.status), retryAfter);
  }
}
