"""The file that keeps clients, people, grants and signing keys. Each call is a transaction of its own."""

import os
import sqlite3
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS clients (
  client_id TEXT PRIMARY KEY, secret_hash TEXT, redirect_uris TEXT NOT NULL, access TEXT, grant_id TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS people (
  name TEXT PRIMARY KEY, password_hash TEXT NOT NULL, access TEXT NOT NULL, created_at INTEGER NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0, locked_until INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS grants (
  grant_id TEXT PRIMARY KEY, client_id TEXT NOT NULL, person TEXT, scope TEXT NOT NULL, expires_at INTEGER NOT NULL,
  revoked INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS codes (
  digest TEXT PRIMARY KEY, grant_id TEXT NOT NULL, redirect_uri TEXT NOT NULL, challenge TEXT NOT NULL, expires_at INTEGER NOT NULL,
  used INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS refresh_tokens (
  digest TEXT PRIMARY KEY, grant_id TEXT NOT NULL, expires_at INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS revoked_tokens (jti TEXT PRIMARY KEY, expires_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS signing_keys (
  kid TEXT PRIMARY KEY, pem TEXT NOT NULL, created_at INTEGER NOT NULL, verifies_until INTEGER
);
PRAGMA user_version = 1;
"""
_VERSION = 1
_WAIT_S = 10.0
LONGEST_TOKEN_S = 3_600
"""Access tokens never last longer, whatever the settings of a process are."""


class StoreError(Exception):
    """The file cannot be used; the message names it and the reason."""


def _path(data: Path) -> Path:
    return data / "keys" / "authorization.sqlite"


@dataclass(frozen=True, slots=True)
class Store:
    path: Path

    @staticmethod
    def there(data: Path) -> bool:
        """Whether the data folder has one already."""
        return _path(data).exists()

    @staticmethod
    def within(data: Path) -> "Store":
        """The store of a data folder, made at the first use, for its owner's eyes alone."""
        store = Store(_path(data))
        try:
            store.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(store.path, os.O_RDWR | os.O_CREAT, 0o600))
            store.path.chmod(0o600)
        except OSError as error:
            raise StoreError(f"cannot keep clients and people in {store.path}: {error.strerror or error}") from error
        with store.reading() as connection:
            [version] = connection.execute("PRAGMA user_version").fetchone()
        if version > _VERSION:
            raise StoreError(f"{store.path} was written by a later release: it has version {version}; this release knows up to {_VERSION}")
        if version < _VERSION:
            with store.transaction() as connection:
                for statement in _SCHEMA.split(";\n"):
                    connection.execute(statement)
        return store

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """As `transaction`, beside others that read."""
        return self.transaction("DEFERRED")

    @contextmanager
    def transaction(self, kind: str = "IMMEDIATE") -> Generator[sqlite3.Connection]:
        """Committed at the end, undone by an exception; others wait for it. StoreError when the file cannot be used."""
        try:
            connection = sqlite3.connect(self.path, timeout=_WAIT_S, isolation_level=None)
        except sqlite3.Error as error:
            raise StoreError(f"{self.path} cannot be opened: {error}") from error
        try:
            connection.row_factory = sqlite3.Row
            connection.execute(f"BEGIN {kind}")
            yield connection
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise StoreError(f"{self.path} cannot be used: {error}") from error
        finally:
            # what was not committed is undone
            connection.close()
