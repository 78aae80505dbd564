"""Whose tokens the service takes, put together from the settings."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from api.settings import Settings
from auth.bearer import Bearers, Issuer
from auth.claims import DUTIES, ROLES, ClaimMap
from auth.keys import Keys
from auth.oidc.keys import Patience
from auth.oidc.provider import OpenIdProvider
from auth.server.issuer import OwnIssuer
from auth.server.oauth import OAuthServer
from auth.server.store import Store
from auth.signed import Checks
from auth.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Identity:
    bearers: Bearers
    provider: OpenIdProvider | None
    server: OAuthServer | None
    own: OwnIssuer | None

    @asynccontextmanager
    async def kept_fresh(self) -> AsyncGenerator[None]:
        """While the block runs, the provider's keys are fetched in time."""
        if self.provider is None:
            yield
            return
        fetching = asyncio.create_task(self.provider.keys.keep_fresh())
        try:
            yield
        finally:
            fetching.cancel()
            await asyncio.wait({fetching})


def identity_of(settings: Settings, keys: Keys) -> Identity:
    provider = _provider(settings)
    issuers: list[Issuer] = [provider] if provider else []
    if settings.takes_development_tokens:
        issuers.append(Tokens(keys.signing))
    server = own = None
    if settings.authorization_server:
        store = Store.within(settings.data)
        server = OAuthServer(
            settings.authorization_issuer, store, settings.authorization_access_seconds, settings.authorization_login_seconds
        )
        own = OwnIssuer(settings.authorization_issuer, store)
        issuers.append(own)
    return Identity(Bearers(issuers), provider, server, own)


def _provider(settings: Settings) -> OpenIdProvider | None:
    if settings.oidc_issuer is None or settings.oidc_audience is None:
        return None
    checks = Checks(settings.oidc_issuer, settings.oidc_audience, frozenset(settings.oidc_algorithms), settings.oidc_leeway_seconds)
    claims = ClaimMap(
        settings.oidc_role_claim,
        settings.oidc_enterprise_claim,
        settings.oidc_duties_claim,
        settings.oidc_region_claim,
        settings.oidc_class_claim,
        settings.oidc_roles or ROLES,
        settings.oidc_duties or DUTIES,
    )
    return OpenIdProvider(checks, claims, Patience(settings.oidc_fetch_seconds, settings.oidc_refetch_seconds, settings.oidc_keys_seconds))
