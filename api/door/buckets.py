"""Token buckets in a SQLite file, shared by the processes of one machine (docs/decisions/0007-limits-in-a-file.md).

A bucket is one number, the time at which it will be full again (GCRA), so that a take is one statement. Who has been here is kept as
a keyed digest, for as long as the bucket is not full.
"""

import hashlib
import secrets
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS bucket (key BLOB PRIMARY KEY, full_at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS salt (one INTEGER PRIMARY KEY CHECK (one = 1), salt BLOB NOT NULL);
"""
# A bucket that is fuller than it can be was filled by another clock or another limit: it counts as full now.
_FULL_AT = "CASE WHEN full_at > :now + 2 * :room + 1 THEN :now ELSE max(full_at, :now) END"
_TAKE = f"""
INSERT INTO bucket VALUES (:key, :now + :cost) ON CONFLICT (key) DO UPDATE SET full_at = {_FULL_AT} + :cost
WHERE {_FULL_AT} + :cost <= :now + :room RETURNING full_at
"""  # noqa: S608
_CHARGE = f"""
INSERT INTO bucket VALUES (:key, :now + :cost) ON CONFLICT (key) DO UPDATE SET full_at = min({_FULL_AT} + :cost, :now + 2 * :room)
"""  # noqa: S608
_LOOK = "SELECT full_at FROM bucket WHERE key = :key"
_FORGET = "DELETE FROM bucket WHERE full_at < :now"
_FORGET_EVERY_S = 60.0
_WAIT_MS = 250
_SAID_AGAIN_AFTER_S = 60.0


@dataclass(frozen=True, slots=True)
class Rate:
    """How many in how many seconds; as many may come at once after a pause."""

    count: int
    seconds: float

    @property
    def each(self) -> float:
        """Seconds after which one more is free."""
        return self.seconds / self.count


class Buckets:
    """One connection to the file. Where the counts cannot be kept - a full disk, a lock - nobody is refused, and the log says so."""

    def __init__(self, path: Path) -> None:
        """OSError or sqlite3.Error when there is no place for the file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        try:
            self._open(path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            # counts of the last minutes, and no more: a damaged file is begun anew
            for name in ("", "-wal", "-shm"):
                path.with_name(path.name + name).unlink(missing_ok=True)
            self._open(path)
        self._forgotten_at = 0.0
        self._said_at = float("-inf")

    def _open(self, path: Path) -> None:
        self._db = sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.executescript(_SCHEMA)
        self._db.execute("INSERT OR IGNORE INTO salt VALUES (1, ?)", (secrets.token_bytes(16),))
        self._salt: bytes = self._db.execute("SELECT salt FROM salt").fetchone()[0]
        self._db.execute(f"PRAGMA busy_timeout = {_WAIT_MS}")

    def close(self) -> None:
        self._db.close()

    def take(self, name: str, rate: Rate) -> float:
        """Takes one: 0, or the seconds until one is free, and nothing taken."""
        now = time.time()
        given = {"key": self._key(name), "now": now, "cost": rate.each, "room": rate.seconds}
        try:
            self._forget(now)
            if self._db.execute(_TAKE, given).fetchone():
                return 0.0
            return self._free_in(given)
        except sqlite3.Error as error:
            return self._admit(error)

    def charge(self, name: str, rate: Rate, count: int) -> None:
        """Takes so many, whether there are so many or not; what is owed is at most a bucket."""
        given = {"key": self._key(name), "now": time.time(), "cost": rate.each * count, "room": rate.seconds}
        try:
            self._db.execute(_CHARGE, given)
        except sqlite3.Error as error:
            self._admit(error)

    def free_in(self, name: str, rate: Rate) -> float:
        """The seconds until one could be taken; 0 for now."""
        try:
            return self._free_in({"key": self._key(name), "now": time.time(), "cost": rate.each, "room": rate.seconds})
        except sqlite3.Error as error:
            return self._admit(error)

    def _free_in(self, given: dict[str, bytes | float]) -> float:
        found = self._db.execute(_LOOK, {"key": given["key"]}).fetchone()
        now, room = float(given["now"]), float(given["room"])
        if found is None or found[0] > now + 2 * room + 1:
            return 0.0
        return max(0.0, max(found[0], now) + float(given["cost"]) - now - room)

    def _key(self, name: str) -> bytes:
        return hashlib.blake2b(name.encode(), key=self._salt, digest_size=16).digest()

    def _forget(self, now: float) -> None:
        if now - self._forgotten_at > _FORGET_EVERY_S:
            self._forgotten_at = now
            self._db.execute(_FORGET, {"now": now})

    def _admit(self, error: sqlite3.Error) -> float:
        if time.monotonic() - self._said_at > _SAID_AGAIN_AFTER_S:
            self._said_at = time.monotonic()
            log.warning("look-ups cannot be counted, nobody is refused", error=str(error))
        return 0.0
