"""Many IDs, a statement's worth at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice

AT_ONCE = 5_000
"""IDs in one statement."""


def portions(ids: Iterable[str]) -> Iterator[list[str]]:
    waiting = iter(ids)
    while portion := list(islice(waiting, AT_ONCE)):
        yield portion
