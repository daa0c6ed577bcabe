/** The element's looks. A page sets `--sekisho-…` on the element to change its colours. */
export const STYLE = new CSSStyleSheet();

STYLE.replaceSync(`
:host {
  --sekisho-text: light-dark(#1b1f27, #e7eaf0);
  --sekisho-quiet: light-dark(#545b69, #a9b1c0);
  --sekisho-background: light-dark(#fff, #1a1e26);
  --sekisho-facts: light-dark(#f3f5f9, #262c37);
  --sekisho-border: light-dark(#7a8394, #7c879b);
  --sekisho-accent: light-dark(#1d4fb8, #9cbcff);
  --sekisho-on-accent: light-dark(#fff, #0c1730);
  --sekisho-error: light-dark(#b3261e, #ffb4ab);
  --sekisho-radius: 0.5rem;
  display: block;
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
.panel {
  color: var(--sekisho-text);
  background: var(--sekisho-background);
  border: 1px solid var(--sekisho-border);
  border-radius: var(--sekisho-radius);
  padding: 1.25rem;
  max-width: 26rem;
  line-height: 1.5;
  overflow-wrap: anywhere;
}
p, dl, ul { margin: 0; padding: 0; }
#facts:empty { display: none; }
.title { font-size: 1.25rem; font-weight: 600; }
.title:focus { outline: none; }
#facts { background: var(--sekisho-facts); border-radius: var(--sekisho-radius); padding: 0.75rem 1rem; margin-top: 0.75rem; }
.sentence { font-weight: 600; }
dl div { display: flex; gap: 1rem; justify-content: space-between; }
dt, .part, .status { color: var(--sekisho-quiet); }
dd { margin: 0; text-align: end; font-variant-numeric: tabular-nums; }
ul { list-style: none; display: grid; gap: 0.5rem; margin-top: 0.5rem; }
form > * + :not(:empty), .status:not(:empty), .part:not(:empty), .view { margin-top: 0.75rem; }
label { display: block; font-weight: 600; margin-bottom: 0.25rem; }
input, button {
  font: inherit;
  color: inherit;
  width: 100%;
  min-height: 2.75rem;
  border: 1px solid var(--sekisho-border);
  border-radius: var(--sekisho-radius);
  background: var(--sekisho-background);
}
input { padding: 0 0.75rem; }
#code { font-size: 1.5rem; letter-spacing: 0.2em; font-variant-numeric: tabular-nums; }
input[aria-invalid="true"] { border-color: var(--sekisho-error); }
button { padding: 0.5rem 1rem; cursor: pointer; color: var(--sekisho-accent); font-variant-numeric: tabular-nums; }
button.main { background: var(--sekisho-accent); border-color: var(--sekisho-accent); color: var(--sekisho-on-accent); font-weight: 600; }
li button { text-align: start; color: inherit; display: flex; flex-wrap: wrap; gap: 0 0.5rem; }
li button span { color: var(--sekisho-quiet); }
.out { display: grid; margin-top: 0.75rem; }
.out button { border-color: transparent; }
button:not(.main):hover { border-color: var(--sekisho-accent); }
button[aria-disabled="true"] { cursor: default; color: var(--sekisho-quiet); border-color: transparent; }
button.main[aria-disabled="true"] { color: var(--sekisho-on-accent); opacity: 0.75; }
:focus-visible { outline: 3px solid var(--sekisho-accent); outline-offset: 2px; }
.error { color: var(--sekisho-error); }
`);
