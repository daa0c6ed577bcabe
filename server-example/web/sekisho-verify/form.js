import { Problem } from "./client.js";
import { node } from "./node.js";

/** @import { Verification } from "./element.js" */

/** A form of one field, with what is wrong with it below. */
export class Form {
  #panel;
  #signal;

  /**
   * @param {Verification} verification
   * @param {AbortSignal} signal Aborts when the form is left.
   * @param {string} name
   * @param {string} label
   * @param {Record<string, string>} attributes Of the input.
   */
  constructor({ panel, texts }, signal, name, label, attributes) {
    this.#panel = panel;
    this.#signal = signal;
    this.input = node("input", { id: name, name, required: true, ...attributes });
    this.field = node("div", {}, node("label", { for: name }, label), this.input);
    this.error = node("p", { id: "error", class: "error", role: "alert" });
    this.submit = node("button", { class: "main" }, texts.confirm);
    this.node = node("form", { novalidate: true }, this.field, this.error, this.submit);
  }

  /** @param {() => Promise<void>} submit */
  set onSubmit(submit) {
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      void submit();
    });
  }

  get isBusy() {
    return this.submit.ariaDisabled === "true";
  }

  /**
   * Does one thing at a time.
   *
   * @param {string} announced
   * @param {() => Promise<void>} work
   * @returns {Promise<Problem | null>} `null` for success, and where nobody is there any more.
   */
  async attempt(announced, work) {
    if (this.isBusy) return null;
    this.submit.ariaDisabled = "true";
    this.error.textContent = "";
    this.input.removeAttribute("aria-invalid");
    this.input.removeAttribute("aria-describedby");
    this.#panel.announce(announced);
    try {
      await work();
      return null;
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return this.#signal.aborted ? null : problem;
    } finally {
      this.submit.ariaDisabled = "false";
      if (!this.#signal.aborted) this.#panel.announce("");
    }
  }

  /** @param {string} text What is wrong with what was entered. */
  fail(text) {
    this.error.textContent = text;
    this.input.setAttribute("aria-invalid", "true");
    this.input.setAttribute("aria-describedby", "error");
    this.input.focus();
    this.input.select();
  }
}
