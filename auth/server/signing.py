"""The keys that sign access tokens. The newest signs; those before it verify until the last token signed by them has ended."""

import time
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from auth.server import secrets
from auth.server.store import LONGEST_TOKEN_S, Store
from auth.signed import OWN_ALGORITHM

# processes notice a rotation within a second or so
_NOTICED_S = 60


@dataclass(frozen=True, slots=True)
class SigningKeys:
    store: Store

    def rotate(self) -> str:
        """The name of a fresh key, which signs from now on."""
        now = int(time.time())
        with self.store.transaction() as connection:
            connection.execute("DELETE FROM signing_keys WHERE verifies_until < ?", (now,))
            connection.execute(
                "UPDATE signing_keys SET verifies_until = ? WHERE verifies_until IS NULL", (now + LONGEST_TOKEN_S + _NOTICED_S,)
            )
            return self._add(connection, now)

    def sign(self, claims: dict[str, Any]) -> str:
        with self.store.reading() as connection:
            row = connection.execute("SELECT kid, pem FROM signing_keys WHERE verifies_until IS NULL").fetchone()
        if row is None:
            self._first()
            return self.sign(claims)
        key = ECKey.import_key(row["pem"], {"kid": row["kid"]})
        return jwt.encode({"alg": OWN_ALGORITHM, "typ": "at+jwt", "kid": row["kid"]}, claims, key)

    def verifying(self) -> list[ECKey]:
        """The public keys that count now, the one that signs first."""
        with self.store.reading() as connection:
            rows = connection.execute(
                "SELECT kid, pem FROM signing_keys WHERE verifies_until IS NULL OR verifies_until >= ? ORDER BY created_at DESC",
                (int(time.time()),),
            ).fetchall()
        if not rows:
            self._first()
            return self.verifying()
        private = [ECKey.import_key(row["pem"], {"kid": row["kid"], "use": "sig", "alg": OWN_ALGORITHM}) for row in rows]
        return [ECKey.import_key(key.as_dict(private=False)) for key in private]

    def _first(self) -> None:
        with self.store.transaction() as connection:
            if connection.execute("SELECT 1 FROM signing_keys WHERE verifies_until IS NULL").fetchone() is None:
                self._add(connection, int(time.time()))

    def _add(self, connection: Any, now: int) -> str:
        kid, pem = secrets.fresh()[:16], ECKey.generate_key("P-256").as_pem(private=True).decode()
        connection.execute("INSERT INTO signing_keys (kid, pem, created_at) VALUES (?, ?, ?)", (kid, pem, now))
        return kid
