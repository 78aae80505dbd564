"""QB/T 4971-2018 table 4 row 3 and table 5 row 2: what a store sold, and when."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

from graph.model.identifiers import Kind
from graph.model.problems import Problem
from graph.model.records.base import Record, Reference, canonical, digest_of
from graph.model.records.lists import distinct, not_empty
from graph.model.records.values import Instant, own_reference_to, reference_to

DIGEST_LENGTH = 32


class Sale(Record):
    KIND: ClassVar[Kind] = Kind.SITE

    store: Annotated[str, own_reference_to(Kind.SITE)]
    packages: tuple[Annotated[str, reference_to(Kind.PACKAGE)], ...]
    sold_at: Instant

    @classmethod
    def named(cls, owner: str, sent: Mapping[str, object]) -> str | None:
        return None

    def id(self, owner: str) -> str:
        """A sale has no number of its own: what was sold, where and when, is what it is."""
        return f"sale/{owner}/{digest_of(canonical(self.content()))[:DIGEST_LENGTH]}"

    def references(self) -> Iterator[Reference]:
        yield Reference("store", self.store)
        for place, package in enumerate(self.packages):
            yield Reference(f"packages[{place}]", package)

    def rules(self, owner: str) -> Iterator[Problem]:
        yield from not_empty("packages", self.packages)
        yield from distinct("packages", self.packages)

    def listed(self) -> int:
        return len(self.packages)
