// What is measured together: the first side of a group is ours.

const WEB_ASSEMBLY = [
  "sekisho",
  "@phi-ag/argon2",
  "libsodium-wrappers-sumo",
  "hash-wasm",
  "argon2-wasm-edge",
  "argon2id",
  "@noble/hashes",
];
/** Compiles from bytes, which workerd forbids. */
const FROM_BYTES = ["libsodium-wrappers-sumo", "hash-wasm"];

const all = (host, sides) => sides.map((side) => ({ name: side, host, side }));

/** By name: a title, the sides with their hosts, and the ratio that is asked of ours against some. */
export const GROUPS = {
  node: {
    title: "WebAssembly in Node.js",
    sides: [
      ...all("node", WEB_ASSEMBLY),
      { name: "@node-rs/argon2 (native)", host: "node", side: "@node-rs/argon2" },
    ],
    asked: { "@phi-ag/argon2": 1.25, "libsodium-wrappers-sumo": 1.5, "hash-wasm": 3 },
  },
  deno: { title: "WebAssembly in Deno", sides: all("deno", WEB_ASSEMBLY), asked: {} },
  bun: { title: "WebAssembly in Bun", sides: all("bun", WEB_ASSEMBLY), asked: {} },
  workerd: {
    title: "WebAssembly in workerd",
    sides: all(
      "workerd",
      WEB_ASSEMBLY.filter((side) => !FROM_BYTES.includes(side)),
    ),
    asked: {},
  },
  native: {
    title: "Native code",
    sides: [
      ...all("rust", ["sekisho", "crate argon2"]),
      ...all("python", ["C libargon2", "libsodium", "argon2-cffi"]),
      ...all("node", ["@node-rs/argon2"]),
    ],
    asked: { "C libargon2": 1.3, libsodium: 1.1, "@node-rs/argon2": 1 },
  },
};
