package accountapi

import java.sql.Connection
import java.sql.DriverManager
import java.sql.PreparedStatement
import java.sql.ResultSet
import java.sql.SQLException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import org.sqlite.SQLiteErrorCode
import org.sqlite.SQLiteException
import sekisho.Identifier
import sekisho.canonical

private const val SCHEMA = """
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
)"""

private const val ADD = """
INSERT INTO users (id, username, primary_email, primary_email_canonical, primary_phone, password_hash,
                   suspended, created_at, updated_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)"""
private const val SET_PASSWORD = "UPDATE users SET password_hash = ?2, updated_at = ?3 WHERE id = ?1"
private const val SET_FIRST_PASSWORD =
    "$SET_PASSWORD AND password_hash IS NULL AND primary_email IS NULL AND primary_phone IS NULL"
private const val REWRITE_PASSWORD = "UPDATE users SET password_hash = ?3 WHERE id = ?1 AND password_hash = ?2"
private const val SET_EMAIL = """
UPDATE users SET primary_email = ?3, primary_email_canonical = ?4, updated_at = ?2 WHERE id = ?1"""
private const val SET_PHONE = "UPDATE users SET primary_phone = ?3, updated_at = ?2 WHERE id = ?1"
private const val REMOVE_EMAIL = """
UPDATE users SET primary_email = NULL, primary_email_canonical = NULL, updated_at = ?2
WHERE id = ?1 AND ((username IS NOT NULL AND password_hash IS NOT NULL) OR primary_phone IS NOT NULL)"""
private const val REMOVE_PHONE = """
UPDATE users SET primary_phone = NULL, updated_at = ?2
WHERE id = ?1 AND ((username IS NOT NULL AND password_hash IS NOT NULL) OR primary_email IS NOT NULL)"""

/** SQLite names the column in its message, and nowhere else. */
private val UNIQUE_COLUMNS =
    mapOf(
        "users.primary_email_canonical" to Refusal.EMAIL_IN_USE,
        "users.primary_phone" to Refusal.PHONE_IN_USE,
        "users.username" to Refusal.USERNAME_IN_USE,
    )

/** A user as stored: who they are, what they can be reached by, and the hash of their password. */
class User(
    val id: String,
    val username: String?,
    val primaryEmail: String?,
    val primaryPhone: String?,
    val name: String?,
    val passwordHash: String?,
    val suspended: Boolean,
    val createdAt: Long,
    val updatedAt: Long,
    val lastSignInAt: Long?,
) {
    /** The addresses and numbers that are the user's own now, to which a code gives permission. */
    val identifiers: List<Identifier>
        get() = listOfNotNull(primaryEmail?.let(Identifier::email), primaryPhone?.let(Identifier::phone))

    /** True where the user can prove who they are at all. */
    val canVerify: Boolean
        get() = passwordHash != null || identifiers.isNotEmpty()
}

/**
 * The users. Unique indexes keep what two users never share, under races too.
 *
 * Changes answer whether they were made; where not, their user or a condition of it is missing.
 */
class Users private constructor(private val database: Connection) {
    /** One connection, and one at a time to use it; each statement is a transaction of its own. */
    private val turn = Dispatchers.IO.limitedParallelism(1)

    suspend fun user(id: String): User? =
        run("SELECT * FROM users WHERE id = ?", id) { statement ->
            statement.executeQuery().use { if (it.next()) read(it) else null }
        }

    suspend fun add(user: User): Boolean {
        val spelt = user.primaryEmail?.let { canonical(Identifier.email(it)) }
        val (email, phone) = user.primaryEmail to user.primaryPhone
        val suspended = if (user.suspended) 1 else 0
        return change(ADD, user.id, user.username, email, spelt, phone, user.passwordHash, suspended, user.createdAt)
    }

    suspend fun setPasswordHash(id: String, hash: String, now: Long): Boolean = change(SET_PASSWORD, id, hash, now)

    /** Sets the password of a user who has nothing to verify with; false where they have by now. */
    suspend fun setFirstPasswordHash(id: String, hash: String, now: Long): Boolean =
        change(SET_FIRST_PASSWORD, id, hash, now)

    /** Writes the same password's newer hash, unless the password has been changed meanwhile. */
    suspend fun rewritePasswordHash(id: String, old: String, hash: String): Boolean =
        change(REWRITE_PASSWORD, id, old, hash)

    /** Refuses what is another user's, in whatever case it is written. */
    suspend fun setIdentifier(id: String, identifier: Identifier, now: Long): Boolean =
        when (identifier.type) {
            Identifier.Type.EMAIL -> change(SET_EMAIL, id, now, identifier.value, canonical(identifier))
            Identifier.Type.PHONE -> change(SET_PHONE, id, now, identifier.value)
        }

    /** Removes it, unless it is the last thing to sign in with. */
    suspend fun removeIdentifier(id: String, type: Identifier.Type, now: Long): Boolean =
        change(if (type == Identifier.Type.EMAIL) REMOVE_EMAIL else REMOVE_PHONE, id, now)

    /** For dev mode's reset. */
    suspend fun clear(): Boolean = change("DELETE FROM users")

    private suspend fun change(sql: String, vararg values: Any?): Boolean =
        run(sql, *values) { it.executeUpdate() > 0 }

    private suspend fun <T> run(sql: String, vararg values: Any?, of: (PreparedStatement) -> T): T =
        withContext(turn) {
            try {
                database.prepareStatement(sql).use { statement ->
                    values.forEachIndexed { index, value -> statement.setObject(index + 1, value) }
                    of(statement)
                }
            } catch (cause: SQLException) {
                throw refusal(cause) ?: Problem.unavailable(cause)
            }
        }

    companion object {
        /** Opens the database in a file, or `:memory:`. */
        fun open(path: String): Users {
            val database = DriverManager.getConnection("jdbc:sqlite:$path")
            database.createStatement().use {
                it.execute("PRAGMA journal_mode = WAL")
                it.execute(SCHEMA)
            }
            return Users(database)
        }
    }
}

private fun read(row: ResultSet): User =
    User(
        row.getString("id"),
        row.getString("username"),
        row.getString("primary_email"),
        row.getString("primary_phone"),
        row.getString("name"),
        row.getString("password_hash"),
        row.getBoolean("suspended"),
        row.getLong("created_at"),
        row.getLong("updated_at"),
        (row.getObject("last_sign_in_at") as Number?)?.toLong(),
    )

private fun refusal(cause: SQLException): Problem? {
    val isTaken = cause is SQLiteException && cause.resultCode == SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE
    if (!isTaken) return null
    return UNIQUE_COLUMNS.entries.find { it.key in cause.message.orEmpty() }?.let { Problem.of(it.value) }
}
