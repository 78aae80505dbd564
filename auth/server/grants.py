"""What was granted: codes and refresh tokens, each good for one use. A second use ends all that came of the grant."""

import sqlite3
import time
from dataclasses import dataclass

import structlog

from auth.server import secrets
from auth.server.clients import Client
from auth.server.store import Store

log = structlog.get_logger(__name__)
CODE_S = 60
_KEPT_S = 24 * 3600
_OF_GRANT = "client_id, person, scope, revoked, grants.expires_at AS ends"


@dataclass(frozen=True, slots=True)
class Grant:
    """digest: of the code or refresh token that it was found by. redirect_uri, code_challenge: of a code."""

    digest: str
    grant_id: str
    client_id: str
    person: str
    scope: str
    expires_at: int
    redirect_uri: str = ""
    code_challenge: str = ""
    code_challenge_method: str = "S256"

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def check_client(self, client: Client) -> bool:
        return client.client_id == self.client_id


@dataclass(frozen=True, slots=True)
class Grants:
    store: Store

    def begin(self, code: str, client_id: str, person: str, scope: str, redirect_uri: str, challenge: str, expires_at: int) -> None:
        """A grant with the code that stands for it. expires_at: when the last refresh token of it ends."""
        grant, now = secrets.fresh(), int(time.time())
        with self.store.transaction() as connection:
            for table in ("codes", "refresh_tokens", "revoked_tokens", "grants"):
                connection.execute(f"DELETE FROM {table} WHERE expires_at < ?", (now - _KEPT_S,))  # noqa: S608  # names from here
            connection.execute(
                "INSERT INTO grants (grant_id, client_id, person, scope, expires_at) VALUES (?, ?, ?, ?, ?)",
                (grant, client_id, person, scope, expires_at),
            )
            connection.execute(
                "INSERT INTO codes (digest, grant_id, redirect_uri, challenge, expires_at) VALUES (?, ?, ?, ?, ?)",
                (secrets.digest(code), grant, redirect_uri, challenge, now + CODE_S),
            )

    def of_code(self, code: str, client_id: str) -> Grant | None:
        """None for a code that is unknown, too old, another client's, or was used, which ends the grant."""
        with self.store.reading() as connection:
            row = connection.execute(
                f"SELECT codes.*, {_OF_GRANT} FROM codes JOIN grants USING (grant_id) WHERE digest = ? AND client_id = ?",  # noqa: S608  # names from here
                (secrets.digest(code), client_id),
            ).fetchone()
        if row is None or not self._stands(row, "expires_at"):
            return None
        person, scope = row["person"], row["scope"]
        return Grant(row["digest"], row["grant_id"], client_id, person, scope, row["ends"], row["redirect_uri"], row["challenge"])

    def of_refresh_token(self, token: str) -> Grant | None:
        """None for one that is unknown, too old, or was used, which ends the grant."""
        with self.store.reading() as connection:
            row = connection.execute(
                f"SELECT refresh_tokens.*, {_OF_GRANT} FROM refresh_tokens JOIN grants USING (grant_id) WHERE digest = ?",  # noqa: S608  # as above
                (secrets.digest(token),),
            ).fetchone()
        if row is None or not self._stands(row, "ends"):
            return None
        return Grant(row["digest"], row["grant_id"], row["client_id"], row["person"], row["scope"], row["ends"])

    def _stands(self, row: sqlite3.Row, ends: str) -> bool:
        if row["used"]:
            self._used_again(row["grant_id"])
            return False
        return not row["revoked"] and row[ends] > time.time()

    def use_code(self, grant: Grant) -> bool:
        return self._use("UPDATE codes SET used = 1 WHERE digest = ? AND used = 0", grant)

    def use_refresh_token(self, grant: Grant) -> bool:
        return self._use("UPDATE refresh_tokens SET used = 1 WHERE digest = ? AND used = 0", grant)

    def _use(self, statement: str, grant: Grant) -> bool:
        """Whether this is the first use; a second one, were it at the same moment, ends the grant."""
        with self.store.transaction() as connection:
            first = connection.execute(statement, (grant.digest,)).rowcount == 1
        if not first:
            self._used_again(grant.grant_id)
        return first

    def _used_again(self, grant_id: str) -> None:
        """By a thief, or after one: nobody can tell, so nobody keeps what came of the grant."""
        self.revoke(grant_id)
        with self.store.reading() as connection:
            row = connection.execute("SELECT client_id, person FROM grants WHERE grant_id = ?", (grant_id,)).fetchone()
        log.warning("a code or a refresh token was used twice", client=row["client_id"], person=row["person"])

    def refresh_token(self, grant_id: str, expires_at: int) -> str:
        token = secrets.fresh()
        with self.store.transaction() as connection:
            values = (secrets.digest(token), grant_id, expires_at)
            connection.execute("INSERT INTO refresh_tokens (digest, grant_id, expires_at) VALUES (?, ?, ?)", values)
        return token

    def revoke(self, grant_id: str) -> None:
        """All its tokens."""
        with self.store.transaction() as connection:
            connection.execute("UPDATE grants SET revoked = 1 WHERE grant_id = ?", (grant_id,))

    def revoke_token(self, jti: str, expires_at: int) -> None:
        """One access token."""
        with self.store.transaction() as connection:
            connection.execute("DELETE FROM revoked_tokens WHERE expires_at < ?", (int(time.time()) - _KEPT_S,))
            connection.execute("INSERT OR IGNORE INTO revoked_tokens VALUES (?, ?)", (jti, expires_at))

    def revoked(self) -> frozenset[str]:
        """The grants and the access tokens that count no more."""
        with self.store.reading() as connection:
            rows = connection.execute("SELECT grant_id AS name FROM grants WHERE revoked UNION SELECT jti FROM revoked_tokens").fetchall()
        return frozenset(row["name"] for row in rows)
