"""Where a server keeps what it keeps, seen from below: what is in there, and all that it was ever told."""

import contextlib
import json
import sqlite3
import subprocess
from dataclasses import dataclass

from redis_server import RedisServer
from stores import documented_postgresql, documented_url, documented_user, until


@dataclass
class Kept:
    """What was found: the rows of the users, of the counters and of everything else, and raw text."""

    users: list
    counters: list
    others: list
    raw: dict


class Sqlite:
    def __init__(self, folder):
        self.folder = folder
        self.settings = {"SEKISHO_DATABASE": str(folder / "sekisho.db")}

    def kept(self):
        """What the write-ahead log holds as well, which nobody has folded in."""
        raw = {file.name: file.read_bytes().decode("latin-1") for file in self.folder.glob("sekisho.db*")}
        assert set(raw) == {"sekisho.db", "sekisho.db-shm", "sekisho.db-wal"}
        assert raw["sekisho.db-wal"]
        with contextlib.closing(sqlite3.connect(self.folder / "sekisho.db")) as connection:
            tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
            rows = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in tables}
        assert set(rows) == {"users", "counters", "_sqlx_migrations"}
        return Kept(rows["users"], rows["counters"], rows["_sqlx_migrations"], raw)


class SharedDatabase:
    """PostgreSQL, which writes down each statement with its values."""

    LOGS_ALL = "log_statement = all\nlog_line_prefix = ''\n"

    def __init__(self, postgresql):
        self.postgresql = postgresql
        self.settings = {"SEKISHO_DATABASE": postgresql.url(database="sekisho")}

    def kept(self):
        rows = {
            name: self.rows(name) for (name,) in self.query("SELECT tablename FROM pg_tables WHERE " + OWN)
        }
        assert set(rows) == {"users", "counters", "_sqlx_migrations"}
        log = (self.postgresql.folder / "log").read_text()
        assert log.count("add_to_counters") > 40 or not rows["counters"]
        assert all(str(row[0]) in log for row in rows["users"]), "the values of statements are not there"
        return Kept(rows["users"], rows["counters"], rows["_sqlx_migrations"], {"PostgreSQL was told": log})

    def rows(self, table):
        return [
            list(json.loads(row[0]).values()) for row in self.query(f'SELECT row_to_json(t) FROM "{table}" t')
        ]

    def query(self, sql):
        return self.postgresql.query(sql, "sekisho")


OWN = "schemaname NOT IN ('pg_catalog', 'information_schema')"


class SharedCounters:
    """Redis beside it, which shows each command."""

    def __init__(self, database, redis, monitored):
        self.database, self.redis, self.monitored = database, redis, monitored
        self.settings = {**database.settings, "SEKISHO_COUNTERS": documented_url(redis)}

    def kept(self):
        kept = self.database.kept()
        assert not kept.counters
        for key in self.redis.cli("KEYS", "*").split():
            kind, _, name = key.partition(":")
            assert kind == "sekisho-server"
            value = self.redis.cli("GET", key).split()
            if name == "since":
                assert [part.isdigit() for part in value] == [True], "when it began to count"
                continue
            count, end = value
            kept.counters.append([name, int(count), int(end)])
        told = self.monitored.read_text()
        assert told.lower().count('"evalsha"') > 40
        files = {file.name: file for file in self.redis.folder.rglob("*.aof")}
        assert files
        raw = {name: file.read_bytes().decode("latin-1") for name, file in files.items()}
        kept.raw |= {"Redis was told": told, **raw}
        return kept


@contextlib.contextmanager
def stores(name, folder):
    if name == "SQLite":
        yield Sqlite(folder)
        return
    with documented_postgresql(SharedDatabase.LOGS_ALL) as postgresql:
        database = SharedDatabase(postgresql)
        if name == "PostgreSQL":
            yield database
        else:
            with monitored_redis(folder) as (redis, told):
                yield SharedCounters(database, redis, told)


@contextlib.contextmanager
def monitored_redis(folder):
    redis = RedisServer(*documented_user(), "--appendonly", "yes").start()
    told = folder / "told"
    monitor = ["redis-cli", "-p", str(redis.port), "MONITOR"]
    with told.open("w") as file, subprocess.Popen(monitor, stdout=file) as process:
        try:
            until(lambda: told.read_text().startswith("OK"))
            yield redis, told
        finally:
            process.kill()
            redis.remove()
