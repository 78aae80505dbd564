"""Tokens that were verified, remembered until they expire: a signature is checked once."""

import time
from dataclasses import dataclass, field

from auth.actor import Actor

_REMEMBERED = 10_000


@dataclass(slots=True)
class Memory:
    _known: dict[str, tuple[float, Actor]] = field(default_factory=dict[str, tuple[float, Actor]])

    def actor(self, token: str) -> Actor | None:
        known = self._known.get(token)
        return known[1] if known is not None and known[0] > time.time() else None

    def keep(self, token: str, expires: float, actor: Actor) -> Actor:
        """expires: in seconds of the epoch."""
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[token] = (expires, actor)
        return actor

    def forget(self) -> None:
        self._known.clear()
