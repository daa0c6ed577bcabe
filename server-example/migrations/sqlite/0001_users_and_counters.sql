-- Times of users are milliseconds since 1970, as the Account API shows them.
CREATE TABLE users (
    id                      TEXT PRIMARY KEY NOT NULL,
    username                TEXT UNIQUE,
    primary_email           TEXT,
    -- The address in lower case: two users never share one address in two spellings.
    primary_email_canonical TEXT UNIQUE,
    primary_phone           TEXT UNIQUE,
    name                    TEXT,
    password_hash           TEXT,
    suspended               INTEGER NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1)),
    created_at              INTEGER NOT NULL,
    updated_at              INTEGER NOT NULL,
    last_sign_in_at         INTEGER,
    CHECK ((primary_email IS NULL) = (primary_email_canonical IS NULL))
) STRICT, WITHOUT ROWID;

-- Keys are keyed digests made by the core: nothing personal stands here. Times are Unix seconds.
CREATE TABLE counters (
    key        TEXT PRIMARY KEY NOT NULL,
    count      INTEGER NOT NULL CHECK (count >= 0),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX counters_expires_at ON counters (expires_at);
