// For runtimes with a standard output.
import { result } from "./entry.mjs";

console.log(JSON.stringify(await result()));
