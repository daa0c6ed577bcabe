// Writes js/codes.ts from the registry of error codes that every language shares.
import { readFileSync } from "node:fs";

const registry = JSON.parse(readFileSync(new URL("../tests/vectors/errors.json", import.meta.url), "utf8"));
const codes = registry.errors.map(({ code }) => `  ${JSON.stringify(code)},\n`).join("");
process.stdout.write(`/** Every error code there is, the same in every language. */
export const ERROR_CODES = [
${codes}] as const;

/** A stable error code. */
export type ErrorCode = (typeof ERROR_CODES)[number];
`);
