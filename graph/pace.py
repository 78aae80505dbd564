"""Long work between two statements lets others have their turn."""

import time
from dataclasses import dataclass, field

import anyio
import anyio.lowlevel

LONGEST_S = 0.02
"""How long one call works before the event loop goes on with others."""


@dataclass(slots=True)
class Pace:
    """`await pace.step()` in a loop, once for each record or so: costs next to nothing when it is not time yet."""

    _until: float = field(default_factory=lambda: time.monotonic() + LONGEST_S)

    async def step(self) -> None:
        if time.monotonic() >= self._until:
            await anyio.lowlevel.checkpoint()
            self._until = time.monotonic() + LONGEST_S
