import { fill, node } from "./node.js";

/**
 * @import { Identifier } from "./client.js"
 * @import { Verification } from "./element.js"
 */

/** @typedef {Identifier | null} Way A code to an identifier, or the password. */

/**
 * The ways to choose from.
 *
 * @param {Verification} verification
 * @param {Way[]} ways
 * @returns {Promise<Way>}
 */
export function choose({ panel, texts }, ways) {
  return panel.show((/** @type {(way: Way) => void} */ done) => {
    const buttons = ways.map((way) => {
      const name = node("strong", {}, way ? texts[way.type] : texts.password);
      const to = node("span", {}, way ? fill(texts.to, { to: masked(way) }) : "");
      const button = node("button", { type: "button" }, name, " ", to);
      button.addEventListener("click", () => done(way));
      return node("li", {}, button);
    });
    const list = node("ul", {}, ...buttons);
    return { node: node("div", {}, node("p", {}, texts.choose), list), focus: list.querySelector("button") };
  }, false);
}

/**
 * Enough for its owner to know it.
 *
 * @param {Identifier} identifier
 */
export function masked({ type, value }) {
  if (type === "phone") return `•••• ${value.slice(-2)}`;
  return `${[...value][0]}•••${value.slice(value.lastIndexOf("@"))}`;
}
