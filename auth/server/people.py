"""The people who may log in."""

import time
from dataclasses import dataclass

from auth.server import secrets
from auth.server.access import Access
from auth.server.clients import check_name
from auth.server.store import Store

PASSWORD_LENGTH = 12
_LONGEST_PASSWORD = 1_000
_FAILURES = 5
_LOCKED_S = 60


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    access: Access


@dataclass(frozen=True, slots=True)
class People:
    store: Store

    def find(self, name: str) -> Person | None:
        with self.store.transaction() as connection:
            row = connection.execute("SELECT access FROM people WHERE name = ?", (name,)).fetchone()
        return Person(name, Access.of_json(row["access"])) if row else None

    def authenticated(self, name: str, password: str) -> Person | None:
        """The person, if the password is theirs. After five wrong ones in a row no password counts for a minute."""
        if len(password) > _LONGEST_PASSWORD:
            return None
        now = int(time.time())
        with self.store.transaction() as connection:
            row = connection.execute("SELECT * FROM people WHERE name = ?", (name,)).fetchone()
        right = secrets.matches(row["password_hash"] if row else None, password)
        if row is None or row["locked_until"] > now:
            return None
        with self.store.transaction() as connection:
            if right:
                connection.execute("UPDATE people SET failures = 0, locked_until = 0 WHERE name = ?", (name,))
            else:
                connection.execute(
                    "UPDATE people SET failures = failures + 1, locked_until = iif((failures + 1) % ? = 0, ?, 0) WHERE name = ?",
                    (_FAILURES, now + _LOCKED_S, name),
                )
        return Person(name, Access.of_json(row["access"])) if right else None

    def add(self, name: str, password: str, access: Access) -> None:
        """ValueError for a name that is taken or malformed, and for a short password."""
        check_name(name)
        if not PASSWORD_LENGTH <= len(password) <= _LONGEST_PASSWORD:
            raise ValueError(f"found a password of {len(password)} characters; right are {PASSWORD_LENGTH} or more")
        kept = secrets.hashed(password)
        with self.store.transaction() as connection:
            if connection.execute("SELECT 1 FROM people WHERE name = ?", (name,)).fetchone():
                raise ValueError(f"there is a person {name!r} already; remove them first")
            values = (name, kept, access.to_json(), int(time.time()))
            connection.execute("INSERT INTO people (name, password_hash, access, created_at) VALUES (?, ?, ?, ?)", values)

    def remove(self, name: str) -> None:
        """With all that was given to them. ValueError where there is none."""
        with self.store.transaction() as connection:
            if connection.execute("DELETE FROM people WHERE name = ?", (name,)).rowcount == 0:
                raise ValueError(f"there is no person {name!r}")
            connection.execute("UPDATE grants SET revoked = 1 WHERE person = ?", (name,))

    def listed(self) -> list[Person]:
        with self.store.transaction() as connection:
            rows = connection.execute("SELECT name, access FROM people ORDER BY name").fetchall()
        return [Person(row["name"], Access.of_json(row["access"])) for row in rows]
