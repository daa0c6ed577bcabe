-- As in SQLite: text is compared byte by byte, times of users are milliseconds since 1970.
CREATE TABLE users (
    id                      TEXT COLLATE "C" PRIMARY KEY,
    username                TEXT COLLATE "C" UNIQUE,
    primary_email           TEXT,
    -- The address in lower case: two users never share one address in two spellings.
    primary_email_canonical TEXT COLLATE "C" UNIQUE,
    primary_phone           TEXT COLLATE "C" UNIQUE,
    name                    TEXT,
    password_hash           TEXT,
    suspended               BOOLEAN NOT NULL DEFAULT false,
    created_at              BIGINT NOT NULL,
    updated_at              BIGINT NOT NULL,
    last_sign_in_at         BIGINT,
    CHECK ((primary_email IS NULL) = (primary_email_canonical IS NULL))
);

-- Keys are keyed digests made by the core: nothing personal stands here. Times are Unix seconds.
-- Counters change far more often than they come: a page with room takes the new version of a row.
CREATE TABLE counters (
    key        TEXT COLLATE "C" PRIMARY KEY,
    count      BIGINT NOT NULL CHECK (count >= 0),
    expires_at BIGINT NOT NULL
) WITH (fillfactor = 70);

CREATE INDEX counters_expires_at ON counters (expires_at);

-- Adds to counters: one call is one transaction. `ends` are those of the counters that are made.
CREATE FUNCTION add_to_counters(keys TEXT[], deltas BIGINT[], ends BIGINT[], at BIGINT)
RETURNS BIGINT[] LANGUAGE plpgsql AS $$
DECLARE
    counts BIGINT[] := '{}';
    held   BIGINT;
BEGIN
    -- One after the other for each key, whether it has a row or not, and in one order, so that no two
    -- calls wait for each other. Who only reads does so too, and sees what others add whole.
    PERFORM pg_advisory_xact_lock(hash) FROM (
        SELECT DISTINCT hashtextextended(key, 0) AS hash FROM unnest(keys) AS key ORDER BY 1
    ) AS hashes;
    IF NOT 0 < ANY (deltas) THEN
        -- A crash that undoes what was given back leaves somebody a try less, and nobody one more.
        PERFORM set_config('synchronous_commit', 'off', true);
    END IF;
    FOR i IN 1 .. cardinality(keys) LOOP
        SELECT count INTO held FROM counters
            WHERE key = keys[i] AND count > 0 AND expires_at > at;
        IF held IS NULL AND deltas[i] <= 0 THEN
            held := 0;
        ELSIF held IS NULL THEN
            held := deltas[i];
            INSERT INTO counters VALUES (keys[i], deltas[i], ends[i])
                ON CONFLICT (key) DO UPDATE
                SET count = EXCLUDED.count, expires_at = EXCLUDED.expires_at;
        ELSIF deltas[i] <> 0 THEN
            held := greatest(0, least(held::numeric + deltas[i], 9223372036854775807))::BIGINT;
            UPDATE counters SET count = held WHERE key = keys[i];
        END IF;
        counts := counts || held;
    END LOOP;
    RETURN counts;
END
$$;
