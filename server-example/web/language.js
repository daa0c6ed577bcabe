/** The page's language: that of `?lang=`, else the first of the browser's that there is. */

const asked = new URLSearchParams(location.search).get("lang");
const wanted = [asked, ...navigator.languages].map((tag) => tag?.slice(0, 2));

/** @type {"en" | "ja"} */
export const language = wanted.find((tag) => tag === "en" || tag === "ja") ?? "en";

/**
 * Puts the texts where they belong: into elements with `data-text`.
 *
 * @param {Record<string, string>} texts
 */
export function fillPage(texts) {
  document.documentElement.lang = language;
  document.title = texts.title ?? "";
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = texts[element.getAttribute("data-text") ?? ""] ?? "";
  }
  for (const link of document.querySelectorAll("a[hreflang]")) {
    if (link.getAttribute("hreflang") === language) link.setAttribute("aria-current", "true");
    // Of the link "this was not me" the fragment is what matters.
    link.setAttribute("href", `?lang=${link.getAttribute("hreflang")}${location.hash}`);
  }
}
