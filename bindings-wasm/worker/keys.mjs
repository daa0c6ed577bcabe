// Prints a new key ring for SEKISHO_KEYS: the secret itself.
import { KeyRing } from "sekisho";

console.log(KeyRing.generate("production").toText());
