-- What servers in dev mode have in common: keys, clock and policy, in one row, and the outbox.
CREATE TABLE dev_state (
    one              BOOLEAN PRIMARY KEY DEFAULT true CHECK (one),
    keys             TEXT NOT NULL,
    signing_secret   BYTEA NOT NULL,
    advanced_seconds BIGINT NOT NULL DEFAULT 0,
    policy           TEXT NOT NULL
);

CREATE TABLE dev_outbox (
    number  BIGSERIAL PRIMARY KEY,
    message TEXT NOT NULL
);
