"""Users in SQLite: who they are, what they can be reached by, and the hash of their password."""

import sqlite3
from dataclasses import dataclass

import aiosqlite

from sekisho import Identifier, canonical

from .problem import Problem

SCHEMA = """
CREATE TABLE IF NOT EXISTS users (
    id                      TEXT PRIMARY KEY NOT NULL,
    username                TEXT UNIQUE,
    primary_email           TEXT,
    -- The address in lower case: two users never share one address in two spellings.
    primary_email_canonical TEXT UNIQUE,
    primary_phone           TEXT UNIQUE,
    name                    TEXT,
    password_hash           TEXT,
    suspended               INTEGER NOT NULL DEFAULT 0,
    -- Times are milliseconds since 1970, as the Account API shows them.
    created_at              INTEGER NOT NULL,
    updated_at              INTEGER NOT NULL,
    last_sign_in_at         INTEGER
)
"""

COLUMNS = """id, username, primary_email, primary_phone, name, password_hash, suspended,
             created_at, updated_at, last_sign_in_at"""

ADD = """
INSERT INTO users (id, username, primary_email, primary_email_canonical, primary_phone, password_hash,
                   suspended, created_at, updated_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)
"""
SET_PASSWORD = "UPDATE users SET password_hash = ?2, updated_at = ?3 WHERE id = ?1"
SET_FIRST_PASSWORD = f"""{SET_PASSWORD}
  AND password_hash IS NULL AND primary_email IS NULL AND primary_phone IS NULL"""
REWRITE_PASSWORD = "UPDATE users SET password_hash = ?3 WHERE id = ?1 AND password_hash = ?2"
SET_EMAIL = """
UPDATE users SET primary_email = ?3, primary_email_canonical = ?4, updated_at = ?2 WHERE id = ?1
"""
SET_PHONE = "UPDATE users SET primary_phone = ?3, updated_at = ?2 WHERE id = ?1"
REMOVE_EMAIL = """
UPDATE users SET primary_email = NULL, primary_email_canonical = NULL, updated_at = ?2
WHERE id = ?1 AND ((username IS NOT NULL AND password_hash IS NOT NULL) OR primary_phone IS NOT NULL)
"""
REMOVE_PHONE = """
UPDATE users SET primary_phone = NULL, updated_at = ?2
WHERE id = ?1 AND ((username IS NOT NULL AND password_hash IS NOT NULL) OR primary_email IS NOT NULL)
"""

#: SQLite names the column in its message, and nowhere else.
UNIQUE_COLUMNS = {
    "users.primary_email_canonical": "email_in_use",
    "users.primary_phone": "phone_in_use",
    "users.username": "username_in_use",
}


@dataclass(frozen=True)
class User:
    """A user as stored."""

    id: str
    username: str | None
    primary_email: str | None
    primary_phone: str | None
    name: str | None
    password_hash: str | None
    suspended: int
    created_at: int
    updated_at: int
    last_sign_in_at: int | None

    @property
    def identifiers(self) -> list[Identifier]:
        """The addresses and numbers that are the user's own now, to which a code gives permission."""
        email = [] if self.primary_email is None else [Identifier.email(self.primary_email)]
        phone = [] if self.primary_phone is None else [Identifier.phone(self.primary_phone)]
        return email + phone

    @property
    def can_verify(self) -> bool:
        """True where the user can prove who they are at all."""
        return self.password_hash is not None or bool(self.identifiers)


class Users:
    """The users. Unique indexes keep what two users never share, under races too.

    Changes answer whether they were made; where not, their user or a condition of it is missing.
    """

    def __init__(self, database: aiosqlite.Connection) -> None:
        self._database = database

    @classmethod
    async def open(cls, path: str) -> "Users":
        """Opens the database; each statement is a transaction of its own."""
        database = await aiosqlite.connect(path, isolation_level=None)
        await database.execute("PRAGMA journal_mode = WAL")
        await database.execute(SCHEMA)
        return cls(database)

    async def close(self) -> None:
        await self._database.close()

    async def user(self, id: str) -> User | None:
        query = f"SELECT {COLUMNS} FROM users WHERE id = ?"
        try:
            async with self._database.execute(query, (id,)) as found:
                row = await found.fetchone()
        except sqlite3.Error as cause:
            raise Problem.unavailable(cause) from cause
        return None if row is None else User(*row)

    async def add(
        self,
        id: str,
        now: int,
        *,
        username: str | None,
        email: Identifier | None,
        phone: Identifier | None,
        password_hash: str | None,
        suspended: bool,
    ) -> None:
        address = None if email is None else email.value
        spelt = None if email is None else canonical(email)
        number = None if phone is None else phone.value
        await self._change(ADD, id, username, address, spelt, number, password_hash, suspended, now)

    async def set_password_hash(self, id: str, hash: str, now: int) -> bool:
        return await self._change(SET_PASSWORD, id, hash, now)

    async def set_first_password_hash(self, id: str, hash: str, now: int) -> bool:
        """Sets the password of a user who has nothing to verify with; false where they have by now."""
        return await self._change(SET_FIRST_PASSWORD, id, hash, now)

    async def rewrite_password_hash(self, id: str, old: str, hash: str) -> bool:
        """Writes the same password's newer hash, unless the password has been changed meanwhile."""
        return await self._change(REWRITE_PASSWORD, id, old, hash)

    async def set_identifier(self, id: str, identifier: Identifier, now: int) -> bool:
        """Refuses what is another user's, in whatever case it is written."""
        if identifier.type == "email":
            return await self._change(SET_EMAIL, id, now, identifier.value, canonical(identifier))
        return await self._change(SET_PHONE, id, now, identifier.value)

    async def remove_identifier(self, id: str, type: str, now: int) -> bool:
        """Removes it, unless it is the last thing to sign in with."""
        return await self._change(REMOVE_EMAIL if type == "email" else REMOVE_PHONE, id, now)

    async def clear(self) -> None:
        """For dev mode's reset."""
        await self._change("DELETE FROM users")

    async def _change(self, sql: str, *values: str | int | None) -> bool:
        try:
            async with self._database.execute(sql, values) as changed:
                return changed.rowcount > 0
        except sqlite3.IntegrityError as raised:
            for column, refusal in UNIQUE_COLUMNS.items():
                if column in str(raised):
                    raise Problem.of(refusal) from None
            raise
        except sqlite3.Error as cause:
            raise Problem.unavailable(cause) from cause
