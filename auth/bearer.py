"""Bearer tokens of all the issuers that a service trusts."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from auth.actor import Actor
from auth.refusals import InvalidToken
from auth.signed import parts_of


class Issuer(Protocol):
    """Verifies the tokens of one issuer. name: the claim `iss` of its tokens."""

    @property
    def name(self) -> str: ...

    async def actor(self, token: str) -> Actor:
        """InvalidToken for one that is not good; IssuerUnavailable where that cannot be told."""
        ...


class Bearers:
    """Hands each token to the issuer that it names; the issuer then checks everything, its name too."""

    def __init__(self, issuers: Sequence[Issuer]) -> None:
        self._issuers: Mapping[str, Issuer] = {issuer.name: issuer for issuer in issuers}

    async def actor(self, token: str) -> Actor:
        """Who the token speaks for; InvalidToken or IssuerUnavailable."""
        named = parts_of(token)[1].get("iss")
        issuer = self._issuers.get(named) if isinstance(named, str) else None
        if issuer is None:
            raise InvalidToken("no issuer that is trusted here")
        return await issuer.actor(token)
