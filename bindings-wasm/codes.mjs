// Writes js/codes.ts from the registry of error codes that every language shares.
import { readFileSync } from "node:fs";

const registry = JSON.parse(readFileSync(new URL("../tests/vectors/errors.json", import.meta.url), "utf8"));
const list = (name) => registry.errors.map((error) => `  ${JSON.stringify(error[name])},\n`).join("");
process.stdout.write(`/** Every error code there is, the same in every language. */
export const ERROR_CODES = [
${list("code")}] as const;

/** A stable error code. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** A sentence for people for each of them, in the same order. */
export const ERROR_MESSAGES: readonly string[] = [
${list("message")}];
`);
