import { fields, sentence } from "./facts.js";
import { node } from "./node.js";

/**
 * @import { Operation } from "./facts.js"
 * @import { Texts } from "./texts.js"
 */

/**
 * @typedef {object} View What is shown in the panel at a time.
 * @property {Node} node
 * @property {HTMLElement | null} focus Where the focus goes; `null` for the title.
 */

/** The frame of all views: what is to be approved, what goes on, and the way out. */
export class Panel {
  #title;
  #part = node("p", { class: "part" });
  #view = node("div", { class: "view" });
  #status = node("p", { role: "status", class: "status" });
  #other;
  #signal;
  /** Aborts when the view is left. */
  #leaving = new AbortController();

  /**
   * @param {{ title: string, texts: Texts, language: string, operation: Operation | undefined,
   *   signal: AbortSignal, cancel: () => void }} given The signal aborts when all is over.
   */
  constructor({ title, texts, language, operation, signal, cancel }) {
    this.#signal = signal;
    this.#title = node("p", { id: "title", class: "title", tabindex: "-1" }, title);
    this.#other = node("button", { type: "button", hidden: true }, texts.other);
    const out = node("button", { type: "button" }, texts.cancel);
    out.onclick = cancel;
    this.node = node(
      "div",
      { role: "group", class: "panel", lang: language, "aria-labelledby": "title", "aria-describedby": "facts" },
      this.#title,
      node("div", { id: "facts" }, ...(operation ? facts(operation, texts) : [])),
      this.#part,
      this.#status,
      this.#view,
      node("div", { class: "out" }, this.#other, out),
    );
    signal.addEventListener("abort", () => this.#leaving.abort());
  }

  /** @param {string} text Of how many the step is. */
  set part(text) {
    this.#part.textContent = text;
  }

  /** @param {string} text Shown, and read out when the reader is not busy. */
  announce(text) {
    this.#status.textContent = text;
  }

  /**
   * Shows a view until it has its answer.
   *
   * @template T
   * @param {(done: (answer: T) => void, signal: AbortSignal) => View} build The signal aborts when the
   *   view is left.
   * @param {boolean} hasOther Whether the user may ask for another way, which answers `null`.
   * @returns {Promise<T | null>} Without an end where all is over before.
   */
  show(build, hasOther) {
    this.#leaving = new AbortController();
    return new Promise((resolve) => {
      if (this.#signal.aborted) return;
      const done = (/** @type {T | null} */ answer) => {
        this.#leaving.abort();
        resolve(answer);
      };
      this.announce("");
      // Never shorter: "Cancel" would come to stand where a button was pressed, under a second click.
      this.#view.style.minHeight = `${this.#view.offsetHeight}px`;
      const { node: shown, focus } = build(done, this.#leaving.signal);
      this.#view.replaceChildren(shown);
      this.#other.hidden = !hasOther;
      this.#other.onclick = () => done(null);
      (focus ?? this.#title).focus();
    });
  }

  /** @param {string} text Why it does not go on. */
  fail(text) {
    this.announce("");
    this.#view.replaceChildren(node("p", { class: "error", role: "alert" }, text));
    this.#title.focus();
  }
}

/**
 * @param {Operation} operation
 * @param {Texts} texts
 */
function facts(operation, texts) {
  const template = texts.operations[operation.type];
  const what = template === undefined ? null : sentence(template, operation);
  const list = node("dl", {});
  for (const { path, value } of fields(operation)) {
    const name = node("dt", {}, texts.fields[path] ?? path);
    list.append(node("div", {}, name, node("dd", {}, node("bdi", {}, value))));
  }
  return [node("p", { class: "sentence" }, what ?? operation.type), list];
}
