import { masked } from "./chooser.js";
import { Problem } from "./client.js";
import { Form } from "./form.js";
import { fill, node } from "./node.js";
import { textOfProblem } from "./texts.js";

/**
 * @import { Identifier } from "./client.js"
 * @import { Verification } from "./element.js"
 */

/** Seconds between two messages of one challenge. */
const COOLDOWN = 30;

/** After these the challenge is good for nothing more. */
const ENDS = [
  "verification_code.exceed_max_try",
  "verification_code.expired",
  "verification_code.not_found",
  "verification_record.not_found",
];

/**
 * Sends a code and asks for it.
 *
 * @param {Verification} verification
 * @param {Identifier} identifier Where it goes.
 * @param {boolean} hasOther Whether there is another way.
 * @returns {Promise<string | null>} The record; `null` for another way.
 */
export function codeForm(verification, identifier, hasOther) {
  return verification.panel.show((done, signal) => {
    const form = new CodeForm(verification, identifier, done, signal);
    void form.send();
    return { node: form.node, focus: null };
  }, hasOther);
}

class CodeForm {
  #verification;
  #identifier;
  #done;
  #signal;
  #form;
  #again = node("button", { type: "button", "aria-describedby": "error" });
  /** The challenge, while its code can be right. @type {string | null} */
  #challenge = null;
  #wrong = 0;
  /** When the next message may be sent, in milliseconds. */
  #readyAt = 0;

  /**
   * @param {Verification} verification
   * @param {Identifier} identifier
   * @param {(record: string) => void} done
   * @param {AbortSignal} signal
   */
  constructor(verification, identifier, done, signal) {
    this.#verification = verification;
    this.#identifier = identifier;
    this.#done = done;
    this.#signal = signal;
    this.#form = new Form(verification, signal, "code", verification.texts.codeLabel, {
      inputmode: "numeric",
      autocomplete: "one-time-code",
      spellcheck: "false",
    });
    this.node = this.#form.node;
    this.node.append(this.#again);
    this.#form.onSubmit = () => this.#check();
    this.#form.input.addEventListener("input", (event) => this.#tidy(/** @type {InputEvent} */ (event)));
    this.#again.addEventListener("click", () => void this.send());
    const ticking = setInterval(() => this.#show(), 1000);
    signal.addEventListener("abort", () => clearInterval(ticking));
    if (identifier.type === "phone") this.#fillFromMessage();
  }

  /** Sends the code once more, or a new one where there is none that can be right. */
  async send() {
    if (this.#form.isBusy || this.#secondsLeft() > 0) return;
    const { client, refused, texts, panel, began, isNew } = this.#verification;
    // A new one whole: a mistyped one shall be seen.
    const to = isNew ? this.#identifier.value : masked(this.#identifier);
    const [identifier, verificationId] = [this.#identifier, this.#challenge];
    const sending = this.#form.attempt(fill(texts.sending, { to }), async () => {
      if (verificationId === null) {
        this.#challenge = await client.verify("verification-code", { identifier, ...refused });
        this.#wrong = 0;
        began(this.#challenge);
      } else {
        await client.verify("verification-code/resend", { verificationId, identifier, ...refused });
      }
    });
    this.#show();
    const problem = await sending;
    if (this.#signal.aborted) return;
    if (problem) return this.#fail(problem, false);
    this.#wait(COOLDOWN);
    this.#form.input.value = "";
    this.#form.input.focus();
    panel.announce(fill(verificationId === null ? texts.sent : texts.sentAgain, { to }));
  }

  async #check() {
    const { client, texts } = this.#verification;
    const [identifier, verificationId] = [this.#identifier, this.#challenge];
    const code = digits(this.#form.input.value);
    if (verificationId === null) return;
    if (code === "") return this.#form.fail(texts.codeMissing);
    const problem = await this.#form.attempt(texts.wait, async () => {
      this.#done(await client.verify("verification-code/verify", { verificationId, identifier, code }));
    });
    if (problem) this.#fail(problem, true);
  }

  /**
   * @param {Problem} problem
   * @param {boolean} ofCode Whether what was entered is wrong.
   */
  #fail({ code, message, retryAfter }, ofCode) {
    const { texts, maxTries, isNew, panel } = this.#verification;
    // It is the identifier that is wrong: to send again would not help.
    const isUseless = isNew && !ofCode && /^guard|email_blocklist/.test(code);
    if (isUseless && code === "guard.invalid_input") code = "invalidIdentifier";
    if (code === "verification_code.code_mismatch") {
      this.#wrong += 1;
      if (this.#wrong >= maxTries) code = "verification_code.exceed_max_try";
    }
    if (ENDS.includes(code)) {
      // Of a challenge that was there, it is the code that has become too old.
      if (this.#challenge !== null && code === "verification_record.not_found") code = "verification_code.expired";
      this.#challenge = null;
      this.#readyAt = 0;
    }
    if (code === "request.message_rate_limited") this.#wait(retryAfter ?? COOLDOWN);
    const text = textOfProblem(new Problem(code, message, retryAfter), texts);
    const shown = fill(text, { left: maxTries - this.#wrong, to: this.#identifier.value });
    if (isUseless) return panel.fail(shown);
    if (ofCode) this.#form.fail(shown);
    else this.#form.error.textContent = shown;
    this.#show();
    if (this.#challenge === null) this.#again.focus();
  }

  /** Brings buttons and countdown up to date. */
  #show() {
    const { texts } = this.#verification;
    const hasChallenge = this.#challenge !== null;
    this.#form.field.hidden = !hasChallenge;
    this.#form.submit.hidden = !hasChallenge;
    this.#again.hidden = !hasChallenge && this.#form.isBusy;
    const seconds = this.#secondsLeft();
    this.#again.ariaDisabled = String(seconds > 0);
    const ready = hasChallenge ? texts.again : texts.anew;
    const text = seconds > 0 ? fill(texts.againIn, { time: durationOf(seconds) }) : ready;
    if (this.#again.textContent !== text) this.#again.textContent = text;
  }

  /** @param {number} seconds */
  #wait(seconds) {
    this.#readyAt = Date.now() + seconds * 1000;
    this.#show();
  }

  #secondsLeft() {
    return Math.max(0, Math.ceil((this.#readyAt - Date.now()) / 1000));
  }

  /**
   * Full-width digits and the spaces of a paste become what was meant.
   *
   * @param {InputEvent} event
   */
  #tidy({ isComposing, inputType }) {
    const { input } = this.#form;
    const code = digits(input.value);
    if (!isComposing && inputType.startsWith("insert") && code !== input.value) input.value = code;
  }

  /** WebOTP: the phone offers the code of the message. Whoever declines types it. */
  #fillFromMessage() {
    if (!("OTPCredential" in window)) return;
    const asked = /** @type {CredentialRequestOptions} */ ({ otp: { transport: ["sms"] }, signal: this.#signal });
    navigator.credentials.get(asked).then(
      (credential) => {
        this.#form.input.value = /** @type {any} */ (credential).code;
        this.node.requestSubmit();
      },
      () => {},
    );
  }
}

/**
 * The digits in what was typed or pasted, whatever their width and whatever stands between them.
 *
 * @param {string} typed
 */
function digits(typed) {
  return typed.normalize("NFKC").replaceAll(/[^0-9]/g, "");
}

/** @param {number} seconds */
function durationOf(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
