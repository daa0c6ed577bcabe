// In workerd: as many hashes in one request as it is asked for. Its clock stands still while it computes, so
// the time is taken outside.

import noSimd from "argon2id/dist/no-simd.wasm";
import simd from "argon2id/dist/simd.wasm";
import edgeArgon2 from "argon2-wasm-edge/wasm/argon2.wasm";
import edgeBlake2b from "argon2-wasm-edge/wasm/blake2b.wasm";
import phiAg from "@phi-ag/argon2/argon2.wasm";

import { PACKAGES } from "./packages.mjs";
import { toHex } from "./task.mjs";

const MODULES = {
  "@phi-ag/argon2/argon2.wasm": phiAg,
  "argon2-wasm-edge/wasm/argon2.wasm": edgeArgon2,
  "argon2-wasm-edge/wasm/blake2b.wasm": edgeBlake2b,
  "argon2id/dist/simd.wasm": simd,
  "argon2id/dist/no-simd.wasm": noSimd,
};

const hashes = new Map();

export default {
  async fetch(request) {
    const { side, setting } = await request.json();
    if (side === undefined) return Response.json({});
    if (!hashes.has(side)) hashes.set(side, await PACKAGES[side]((specifier) => MODULES[specifier]));
    return Response.json({ tag: toHex(await hashes.get(side)(setting)) });
  },
};
