// A module of the worker that stands alone, without workerd.
import { readFileSync } from "node:fs";

import ts from "typescript";

export function importSource(file) {
  const source = readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2024 },
  });
  return import(`data:text/javascript,${encodeURIComponent(outputText)}`);
}
