/** What the user approves, as text. */

/** @typedef {{ type: string } & Record<string, unknown>} Operation A JSON object. */

/**
 * What stands in its messages, too: a sentence with the operation's own fields.
 *
 * @param {string} template `Transfer {amount} {currency} to {payee.name}`; `{{` and `}}` are braces.
 * @param {Operation} operation
 * @returns {string | null} `null` where a field is not there, or is no scalar.
 */
export function sentence(template, operation) {
  let isWhole = true;
  const text = template.replaceAll(/\{\{|\}\}|\{([^{}]+)\}/g, (brace, path) => {
    if (path === undefined) return brace.charAt(0);
    const value = path
      .split(".")
      .reduce(
        (/** @type {any} */ object, /** @type {string} */ name) =>
          object !== null && typeof object === "object" && Object.hasOwn(object, name) ? object[name] : undefined,
        operation,
      );
    isWhole &&= value !== undefined && value !== null && typeof value !== "object";
    return shown(value);
  });
  return isWhole ? text : null;
}

/**
 * Every field but the type, those of inner objects with their path.
 *
 * @param {unknown} value
 * @param {string} [path]
 * @returns {{ path: string, value: string }[]}
 */
export function fields(value, path = "") {
  if (value === null || typeof value !== "object") return [{ path, value: shown(value) }];
  return Object.entries(value)
    .filter(([name]) => path !== "" || name !== "type")
    .flatMap(([name, inner]) => fields(inner, path === "" ? name : `${path}.${name}`));
}

/**
 * What is invisible, or turns the direction of what stands beside it, is shown by its number: whoever
 * chose the payee's name must not write the sentence (Unicode TR 36, 2.5).
 *
 * @param {unknown} value
 */
function shown(value) {
  return String(value).replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (hidden) => `[U+${hidden.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}]`,
  );
}
