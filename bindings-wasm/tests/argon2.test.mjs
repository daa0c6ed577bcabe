// Argon2 as the module computes it, with WebAssembly's vectors, against another implementation: random hashes
// of all variants and both versions, in little memory.
import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { test } from "node:test";

import { argon2d, argon2i, argon2id } from "@noble/hashes/argon2.js";

import { PasswordPolicy } from "../dist/node.js";

const VARIANTS = Object.entries({ argon2d, argon2i, argon2id });
const VERSIONS = [0x10, 0x13];
const HASHES_OF_EACH = 60;

const base64 = (bytes) => Buffer.from(bytes).toString("base64").replaceAll("=", "");

/** A password, and its hash in a PHC string. */
function hashed(name, hash, version) {
  const password = base64(randomBytes(randomInt(1, 120)));
  const salt = randomBytes(randomInt(8, 49));
  const p = randomInt(1, 5);
  const t = randomInt(1, 5);
  const m = randomInt(8 * p, 600);
  const tag = hash(password, salt, { version, m, t, p, dkLen: randomInt(16, 65) });
  return { password, phc: `$${name}$v=${version}$m=${m},t=${t},p=${p}$${base64(salt)}$${base64(tag)}` };
}

const policy = new PasswordPolicy();
for (const [name, hash] of VARIANTS) {
  for (const version of VERSIONS) {
    test(`${name}, version ${version}: random hashes match`, () => {
      for (let n = 0; n < HASHES_OF_EACH; n += 1) {
        const { password, phc } = hashed(name, hash, version);
        assert.equal(policy.verify(password, phc).matches, true, `${password} ${phc}`);
        assert.equal(policy.verify(`${password}.`, phc).matches, false, `${password}. ${phc}`);
      }
    });
  }
}
