"""The public keys of a provider, as last seen: found by discovery, fetched again in time, kept when the provider is away."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import httpx2
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from auth.oidc.addresses import check_address
from auth.oidc.fetching import FetchFailed, fetch_object
from auth.refusals import IssuerUnavailable
from auth.signed import Header, SigningKey, fits

log = structlog.get_logger(__name__)
_FIRST_RETRY_S = 1.0
_KEYS_KEPT = 100
_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class Patience:
    """In seconds. fetch: for the documents of one fetch together. again: between two fetches that tokens ask for.
    keep: until the keys are fetched anew."""

    fetch: float = 5.0
    again: float = 30.0
    keep: float = 3600.0


@dataclass(slots=True)
class ProviderKeys:
    """issuer: as discovery must say it. changed: called when the keys are other ones than before."""

    issuer: str
    patience: Patience
    changed: Callable[[], None]
    _keys: list[SigningKey] | None = None
    _tried_at: float = float("-inf")
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def fitting(self, header: Header) -> list[SigningKey]:
        """The keys that may have signed under the header. For an unknown one the provider is asked again, at most once in
        `patience.again`, whoever asks. IssuerUnavailable where no keys have ever been had."""
        found = self._fitting(header)
        if not found:
            await self._fetch(unless_since=self.patience.again if self._keys is not None else min(_FIRST_RETRY_S, self.patience.again))
            found = self._fitting(header)
        if self._keys is None:
            raise IssuerUnavailable(self.issuer)
        return found

    async def keep_fresh(self) -> None:
        """Fetches the keys now and ever again; ends by being cancelled."""
        while True:
            try:
                fetched = await self._fetch(unless_since=0.0)
            except Exception:
                # whatever it is, the next round may go better
                log.exception("the keys of the OpenID provider were not had", issuer=self.issuer)
                fetched = False
            await asyncio.sleep(self.patience.keep if fetched else min(self.patience.again, self.patience.keep))

    def _fitting(self, header: Header) -> list[SigningKey]:
        return [key for key in self._keys or () if fits(key, header)]

    async def _fetch(self, unless_since: float) -> bool:
        """Whether the keys were had, by this fetch or by one no longer ago than the seconds. A failure keeps the old ones."""
        async with self._one_at_a_time:
            if time.monotonic() - self._tried_at < unless_since:
                return self._keys is not None
            try:
                keys = await self._published_in_time()
            except FetchFailed as error:
                log.warning(
                    "the keys of the OpenID provider were not had", issuer=self.issuer, reason=str(error), kept=len(self._keys or ())
                )
                return False
            finally:
                self._tried_at = time.monotonic()
            before = {_identity(key) for key in self._keys or ()}
            self._keys = keys
            if before != {_identity(key) for key in keys}:
                self.changed()
            return True

    async def _published_in_time(self) -> list[SigningKey]:
        try:
            async with asyncio.timeout(self.patience.fetch):
                return await self._published()
        except TimeoutError as error:
            raise FetchFailed(f"no answer within {self.patience.fetch:g} s") from error

    async def _published(self) -> list[SigningKey]:
        async with httpx2.AsyncClient(follow_redirects=False, timeout=self.patience.fetch) as client:
            address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
            document = await fetch_object(client, address)
            if document.get("issuer") != self.issuer:
                raise FetchFailed(f"found the issuer {str(document.get('issuer'))[:200]!r} at {address}; right is {self.issuer!r}")
            jwks_uri = document.get("jwks_uri")
            if not isinstance(jwks_uri, str):
                raise FetchFailed(f"found no jwks_uri at {address}")
            try:
                check_address(jwks_uri, like=self.issuer)
            except ValueError as error:
                raise FetchFailed(f"found the jwks_uri {jwks_uri[:200]!r} at {address}; {error}") from error
            listed = (await fetch_object(client, jwks_uri)).get("keys")
        keys = [
            key for entry in (cast("list[Any]", listed) if isinstance(listed, list) else [])[:_KEYS_KEPT] if (key := _public_key(entry))
        ]
        if not keys:
            raise FetchFailed(f"found no key that can verify a signature at {jwks_uri}")
        return keys


def _public_key(entry: object) -> SigningKey | None:
    """The key; None for one of another kind, a secret one, or one that is too weak."""
    if not isinstance(entry, dict) or cast("dict[str, Any]", entry).get("kty") not in {"RSA", "EC", "OKP"}:
        return None
    try:
        key = JWKRegistry.import_key(cast("dict[str, Any]", entry))
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    if isinstance(key, RSAKey):
        return key if key.raw_value.key_size >= _RSA_BITS else None
    return key if isinstance(key, ECKey | OKPKey) else None


def _identity(key: SigningKey) -> tuple[object, str]:
    return key.as_dict(private=False).get("kid"), key.thumbprint()
