"""Many IDs, or rows, a statement's worth at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

AT_ONCE = 5_000
"""In one statement."""


def portions(each: Iterable[T]) -> Iterator[list[T]]:
    waiting = iter(each)
    while portion := list(islice(waiting, AT_ONCE)):
        yield portion
