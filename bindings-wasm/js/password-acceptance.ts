import { list, text } from "./argument.js";
import { passwordForms } from "./password-policy.js";
import { Call, call, type Held, made } from "./wasm.js";

/** What no new password may be. */
export interface PasswordAcceptanceOptions {
  /** Passwords that have leaked or are common, one a line; in whatever case. None if not given. */
  readonly leaked?: string;
}

/** What one new password is held against beside that. */
export interface ForbiddenInPassword {
  /** What the user is known by: username, names, e-mail address, phone number. */
  readonly ownData?: readonly string[];
  /** The operator's words, such as the name of the service, of 4 characters or more. */
  readonly words?: readonly string[];
}

/** Why a new password is not acceptable: Logto's codes. */
export type PasswordRejection =
  | "password_rejected.too_short"
  | "password_rejected.too_long"
  | "password_rejected.restricted.repetition"
  | "password_rejected.restricted.sequence"
  | "password_rejected.restricted.user_info"
  | "password_rejected.restricted.words"
  | "password_rejected.pwned";

/** Whether new passwords are good enough. */
export class PasswordAcceptance {
  readonly #leaked: Held;

  constructor({ leaked = "" }: PasswordAcceptanceOptions = {}) {
    this.#leaked = made(Call.ListLeakedPasswords, {}, lowerCase(text("leaked", leaked)).replaceAll("\r\n", "\n"));
  }

  /**
   * Judges a new password: every reason why it is not acceptable, none where it is.
   *
   * It has 8 to 256 characters, is not little else than repetition or sequence, has none of the user's
   * own data and of the operator's words in it, and is not on the list of leaked ones. How guessable it
   * is otherwise is not estimated.
   *
   * @throws SekishoError `password_invalid` for one that is empty or longer than 4096 bytes.
   */
  judge(password: string, { ownData = [], words = [] }: ForbiddenInPassword = {}): PasswordRejection[] {
    const [typed, nfkc] = passwordForms(password);
    const own = list("ownData", ownData).map((entry) => sought(text("ownData", entry)));
    const others = list("words", words).map((word) => sought(text("words", word)));
    const forms = [typed, nfkc, nfkc.toLowerCase()];
    return call(Call.JudgePassword, { of: this.#leaked }, ...forms, own.length, ...own, ...others).texts();
  }

  [Symbol.dispose](): void {
    this.#leaked.free();
  }
}

/** Half a character is in no password, and no reason to take a whole list for no text. */
function lowerCase(text: string): string {
  return text
    .replace(/\p{Cs}/gu, "\ufffd")
    .normalize("NFKC")
    .toLowerCase();
}

/** The form in which a word is looked for. Spaces within it are tried once, not from each of them on. */
function sought(word: string): string {
  return lowerCase(word.replace(/^\p{White_Space}+|(?<!\p{White_Space})\p{White_Space}+$/gu, ""));
}
