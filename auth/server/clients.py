"""The clients: machines that have access of their own, and apps that people use."""

import json
import re
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import ClientMixin

from auth.oidc.addresses import check_address
from auth.server import secrets
from auth.server.access import Access
from auth.server.store import LONGEST_TOKEN_S, Store

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_FOR_EVER = 2**40
_ORIGIN = re.compile(r"[A-Za-z0-9.:\[\]-]+")


@dataclass(frozen=True, slots=True)
class Client(ClientMixin):
    """access: a machine's own; None for an app. redirect_uris: an app's. grant_id: under which a machine's tokens are issued."""

    client_id: str
    secret_hash: str | None
    redirect_uris: tuple[str, ...]
    access: Access | None
    grant_id: str

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """None: each request names its own."""

    def get_allowed_scope(self, scope: str | None) -> str:
        """An app may ask for any; what is given is what the person has."""
        return (scope or "") if self.access is None else self.access.narrowed(scope)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.redirect_uris

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        del endpoint
        return (method == "none") == (self.secret_hash is None)

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code" and self.access is None

    def check_grant_type(self, grant_type: str) -> bool:
        own = {"client_credentials"} if self.access is not None else {"authorization_code", "refresh_token"}
        return grant_type in own


@dataclass(frozen=True, slots=True)
class Clients:
    store: Store

    def find(self, client_id: str) -> Client | None:
        with self.store.reading() as connection:
            row = connection.execute("SELECT * FROM clients WHERE client_id = ?", (client_id,)).fetchone()
        if row is None:
            return None
        access = Access.of_json(row["access"]) if row["access"] else None
        return Client(row["client_id"], row["secret_hash"], tuple(json.loads(row["redirect_uris"])), access, row["grant_id"])

    def authenticated(self, client_id: str, secret: str) -> Client | None:
        """The client, if the secret is its; takes equally long for one that is not there."""
        client = self.find(client_id)
        return client if secrets.matches(client.secret_hash if client else None, secret) else None

    def add_machine(self, client_id: str, access: Access) -> str:
        """Its secret, which is told this once. ValueError for a name that is taken or malformed."""
        secret = secrets.fresh()
        self._add(client_id, secrets.hashed(secret), (), access)
        return secret

    def add_app(self, client_id: str, redirect_uris: tuple[str, ...], *, with_secret: bool) -> str | None:
        """The secret, told this once, of an app that can keep one. ValueError for a bad name or address."""
        for uri in redirect_uris:
            check_redirect_uri(uri)
        secret = secrets.fresh() if with_secret else None
        self._add(client_id, secrets.hashed(secret) if secret else None, redirect_uris, None)
        return secret

    def _add(self, client_id: str, secret_hash: str | None, redirect_uris: tuple[str, ...], access: Access | None) -> None:
        check_name(client_id)
        grant, kept = secrets.fresh(), access.to_json() if access else None
        with self.store.transaction() as connection:
            if connection.execute("SELECT 1 FROM clients WHERE client_id = ?", (client_id,)).fetchone():
                raise ValueError(f"there is a client {client_id!r} already; remove it first")
            values = (client_id, secret_hash, json.dumps(redirect_uris), kept, grant, int(time.time()))
            connection.execute("INSERT INTO clients VALUES (?, ?, ?, ?, ?, ?)", values)
            connection.execute(
                "INSERT INTO grants (grant_id, client_id, scope, expires_at) VALUES (?, ?, ?, ?)",
                (grant, client_id, access.scope if access else "", _FOR_EVER),
            )

    def remove(self, client_id: str) -> None:
        """With all that was given to it. ValueError where there is none."""
        with self.store.transaction() as connection:
            if connection.execute("DELETE FROM clients WHERE client_id = ?", (client_id,)).rowcount == 0:
                raise ValueError(f"there is no client {client_id!r}")
            connection.execute(
                "UPDATE grants SET revoked = 1, expires_at = ? WHERE client_id = ?", (int(time.time()) + LONGEST_TOKEN_S, client_id)
            )

    def listed(self) -> list[Client]:
        with self.store.reading() as connection:
            names = [row["client_id"] for row in connection.execute("SELECT client_id FROM clients ORDER BY client_id")]
        return [client for name in names if (client := self.find(name))]


def check_name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise ValueError(
            f"found {name[:80]!r}; a name is 1 to 64 of A-Z, a-z, 0-9, '.', '_', '@' and '-', and begins with a letter or digit"
        )
    return name


def check_redirect_uri(uri: str) -> str:
    """ValueError for an address that codes must not be sent to."""
    try:
        check_address(uri)
    except ValueError as error:
        raise ValueError(f"found the redirect URI {uri[:200]!r}; {error}") from error
    if "#" in uri or not uri.isascii() or not uri.isprintable() or not _ORIGIN.fullmatch(urlsplit(uri).netloc):
        raise ValueError(f"found the redirect URI {uri[:200]!r}; it has plain characters and no fragment")
    return uri
