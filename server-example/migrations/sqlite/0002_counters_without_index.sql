-- It was written with every counter, for a search that takes place once a minute.
DROP INDEX counters_expires_at;
