// The npm packages, each as a function that makes one hash. The imports and what is compiled come when a
// package is first asked for: not every one loads everywhere.

import { PASSWORD, SALT, TAG_BYTES } from "./task.mjs";

const password = new TextEncoder().encode(PASSWORD);

/**
 * By package: what makes `(setting) => tag`, given the compiled module of a specifier. The tag may be a
 * promise.
 */
export const PACKAGES = {
  async sekisho() {
    const { PasswordPolicy } = await import("sekisho");
    const policies = new Map();
    return (setting) => {
      if (!policies.has(setting.memoryKib)) policies.set(setting.memoryKib, new PasswordPolicy(setting));
      const hash = policies.get(setting.memoryKib).hash(PASSWORD, SALT);
      return Uint8Array.from(atob(hash.split("$").at(-1)), (byte) => byte.charCodeAt(0));
    };
  },

  async "@phi-ag/argon2"(compiled) {
    const { default: Argon2, Argon2Type } = await import("@phi-ag/argon2");
    const argon2 = new Argon2(await WebAssembly.instantiate(await compiled("@phi-ag/argon2/argon2.wasm")));
    const options = { salt: SALT, hashLength: TAG_BYTES, parallelism: 1, type: Argon2Type.Argon2id };
    return ({ memoryKib, passes }) =>
      argon2.hash(PASSWORD, { ...options, memoryCost: memoryKib, timeCost: passes }).hash;
  },

  async "libsodium-wrappers-sumo"() {
    const { default: sodium } = await import("libsodium-wrappers-sumo");
    await sodium.ready;
    const { crypto_pwhash: hash, crypto_pwhash_ALG_ARGON2ID13: algorithm } = sodium;
    return ({ memoryKib, passes }) => hash(TAG_BYTES, password, SALT, passes, memoryKib * 1024, algorithm);
  },

  async "hash-wasm"() {
    const { argon2id } = await import("hash-wasm");
    return withIterations(argon2id);
  },

  async "argon2-wasm-edge"(compiled) {
    const module = await import("argon2-wasm-edge");
    const { argon2id, setWASMModules } = module.default ?? module;
    setWASMModules({
      argon2WASM: await compiled("argon2-wasm-edge/wasm/argon2.wasm"),
      blake2bWASM: await compiled("argon2-wasm-edge/wasm/blake2b.wasm"),
    });
    return withIterations(argon2id);
  },

  async argon2id(compiled) {
    const { default: setup } = await import("argon2id/lib/setup.js");
    const load = (file) => async (imports) => {
      const instance = await WebAssembly.instantiate(await compiled(`argon2id/dist/${file}.wasm`), imports);
      return { instance };
    };
    const hash = await setup(load("simd"), load("no-simd"));
    const options = { password, salt: SALT, parallelism: 1, tagLength: TAG_BYTES };
    return ({ memoryKib, passes }) => hash({ ...options, memorySize: memoryKib, passes });
  },

  async "@noble/hashes"() {
    const { argon2id } = await import("@noble/hashes/argon2.js");
    return ({ memoryKib, passes }) => argon2id(password, SALT, { m: memoryKib, t: passes, p: 1, dkLen: TAG_BYTES });
  },

  async "@node-rs/argon2"() {
    const { default: argon2 } = await import("@node-rs/argon2");
    const options = { salt: SALT, outputLen: TAG_BYTES, parallelism: 1, algorithm: 2 };
    return ({ memoryKib, passes }) =>
      argon2.hashRawSync(password, { ...options, memoryCost: memoryKib, timeCost: passes });
  },
};

/** hash-wasm and what was made of it have the same call. */
function withIterations(argon2id) {
  const options = { password, salt: SALT, parallelism: 1, hashLength: TAG_BYTES, outputType: "binary" };
  return ({ memoryKib, passes }) => argon2id({ ...options, memorySize: memoryKib, iterations: passes });
}
