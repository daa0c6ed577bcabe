// What every side computes, so that their answers can be compared.

export const PASSWORD = "correct horse, wrong barrier";
export const SALT = new TextEncoder().encode("sixteen bytes it");
export const TAG_BYTES = 32;

/** Two of OWASP's settings (Password Storage Cheat Sheet), with one lane. */
export const SETTINGS = [
  { memoryKib: 19_456, passes: 2 },
  { memoryKib: 47_104, passes: 1 },
];

export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
