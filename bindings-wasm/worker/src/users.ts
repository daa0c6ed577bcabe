/** Users in D1: who they are, what they can be reached by, and the hash of their password. */

import { canonical, type Identifier } from "sekisho";

import { Problem } from "./problem";
import type { Refusal } from "./refusal";

/** A user as stored. Times are milliseconds since 1970. */
export interface User {
  readonly id: string;
  readonly username: string | null;
  readonly primary_email: string | null;
  readonly primary_phone: string | null;
  readonly name: string | null;
  readonly password_hash: string | null;
  readonly suspended: 0 | 1;
  readonly created_at: number;
  readonly updated_at: number;
  readonly last_sign_in_at: number | null;
}

/** A user to be added. */
export interface NewUser {
  readonly id: string;
  readonly username?: string | undefined;
  readonly email?: Identifier | undefined;
  readonly phone?: Identifier | undefined;
  readonly passwordHash?: string | undefined;
  readonly suspended?: boolean | undefined;
}

/** The addresses and numbers that are the user's own now, to which a code gives permission. */
export function identifiers({ primary_email, primary_phone }: User): Identifier[] {
  const email = primary_email === null ? [] : [{ type: "email", value: primary_email } as const];
  const phone = primary_phone === null ? [] : [{ type: "phone", value: primary_phone } as const];
  return [...email, ...phone];
}

/** True where the user can prove who they are at all. */
export function canVerify({ password_hash, primary_email, primary_phone }: User): boolean {
  return password_hash !== null || primary_email !== null || primary_phone !== null;
}

/**
 * The users. Unique indexes of the one database keep what two users never share, under races too.
 *
 * Changes answer whether they were made; where not, their user or a condition of it is missing.
 */
export class Users {
  readonly #database: D1Database;

  constructor(database: D1Database) {
    this.#database = database;
  }

  async user(id: string): Promise<User | undefined> {
    const found = await run(this.#database.prepare(USER).bind(id));
    return found.results[0];
  }

  async add(user: NewUser, now: number): Promise<void> {
    const { id, username = null, email, phone, passwordHash = null, suspended = false } = user;
    await this.#change(ADD, [
      id,
      username,
      email?.value ?? null,
      email === undefined ? null : canonical(email),
      phone?.value ?? null,
      passwordHash,
      suspended ? 1 : 0,
      now,
    ]);
  }

  setPasswordHash(id: string, hash: string, now: number): Promise<boolean> {
    return this.#change(SET_PASSWORD, [id, hash, now]);
  }

  /** Sets the password of a user who has nothing to verify with; false where they have by now. */
  setFirstPasswordHash(id: string, hash: string, now: number): Promise<boolean> {
    return this.#change(SET_FIRST_PASSWORD, [id, hash, now]);
  }

  /** Writes the same password's newer hash, unless the password has been changed meanwhile. */
  rewritePasswordHash(id: string, old: string, hash: string): Promise<boolean> {
    return this.#change(REWRITE_PASSWORD, [id, old, hash]);
  }

  /** Refuses what is another user's, in whatever case it is written. */
  setIdentifier(id: string, identifier: Identifier, now: number): Promise<boolean> {
    const { type, value } = identifier;
    return type === "email"
      ? this.#change(SET_EMAIL, [id, now, value, canonical(identifier)])
      : this.#change(SET_PHONE, [id, now, value]);
  }

  /** Removes it, unless it is the last thing to sign in with. */
  removeIdentifier(id: string, type: Identifier["type"], now: number): Promise<boolean> {
    return this.#change(type === "email" ? REMOVE_EMAIL : REMOVE_PHONE, [id, now]);
  }

  /** For dev mode's reset. */
  async clear(): Promise<void> {
    await this.#change("DELETE FROM users", []);
  }

  async #change(sql: string, values: (string | number | null)[]): Promise<boolean> {
    const { meta } = await run(this.#database.prepare(sql).bind(...values));
    return meta.changes > 0;
  }
}

const USER = "SELECT * FROM users WHERE id = ?1";

const ADD = `
  INSERT INTO users (id, username, primary_email, primary_email_canonical, primary_phone,
                     password_hash, suspended, created_at, updated_at)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)`;

const SET_PASSWORD = "UPDATE users SET password_hash = ?2, updated_at = ?3 WHERE id = ?1";

const SET_FIRST_PASSWORD = `
  UPDATE users SET password_hash = ?2, updated_at = ?3
  WHERE id = ?1 AND password_hash IS NULL AND primary_email IS NULL AND primary_phone IS NULL`;

const REWRITE_PASSWORD = "UPDATE users SET password_hash = ?3 WHERE id = ?1 AND password_hash = ?2";

const SET_EMAIL = `
  UPDATE users SET primary_email = ?3, primary_email_canonical = ?4, updated_at = ?2 WHERE id = ?1`;

const SET_PHONE = "UPDATE users SET primary_phone = ?3, updated_at = ?2 WHERE id = ?1";

const REMOVE_EMAIL = `
  UPDATE users SET primary_email = NULL, primary_email_canonical = NULL, updated_at = ?2
  WHERE id = ?1 AND ((username IS NOT NULL AND password_hash IS NOT NULL) OR primary_phone IS NOT NULL)`;

const REMOVE_PHONE = `
  UPDATE users SET primary_phone = NULL, updated_at = ?2
  WHERE id = ?1 AND ((username IS NOT NULL AND password_hash IS NOT NULL) OR primary_email IS NOT NULL)`;

/** SQLite names the column in its message, and nowhere else. */
const UNIQUE_COLUMNS: readonly (readonly [string, Refusal])[] = [
  ["users.primary_email_canonical", "emailInUse"],
  ["users.primary_phone", "phoneInUse"],
  ["users.username", "usernameInUse"],
  ["users.id", "idInUse"],
];

async function run(statement: D1PreparedStatement): Promise<D1Result<User>> {
  try {
    return await statement.run<User>();
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : "";
    const isTaken = message.includes("UNIQUE constraint failed");
    const taken = UNIQUE_COLUMNS.find(([column]) => isTaken && message.includes(column));
    throw taken === undefined ? Problem.unavailable(thrown) : Problem.of(taken[1]);
  }
}
