"""QB/T 4971-2018 table 4 rows 1 and 2: what was sent, when, from where and to where, and what arrived."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar

from graph.model.identifiers import Kind
from graph.model.problems import Problem
from graph.model.records.base import Record, Reference
from graph.model.records.lists import distinct
from graph.model.records.values import Instant, clean, number_of, reference_to


class Shipment(Record):
    """Without packages it is one that was recorded and did not take place: it is taken back."""

    KIND: ClassVar[Kind] = Kind.SHIPMENT

    number: Annotated[str, number_of(Kind.SHIPMENT)]
    origin: Annotated[str, reference_to(Kind.SITE)]
    destination: Annotated[str, reference_to(Kind.SITE)]
    departed_at: Instant
    packages: tuple[Annotated[str, reference_to(Kind.PACKAGE)], ...]

    def references(self) -> Iterator[Reference]:
        yield Reference("origin", self.origin)
        yield Reference("destination", self.destination)
        for place, package in enumerate(self.packages):
            yield Reference(f"packages[{place}]", package)

    def tells_of(self, owner: str, before: Mapping[str, Any]) -> Iterable[str]:
        """What it took along before, too: that has not left by it."""
        return {*self.packages, *(before.get("packages") or ())}

    def rules(self, owner: str) -> Iterator[Problem]:
        yield from distinct("packages", self.packages)

    def listed(self) -> int:
        return len(self.packages)


class Receipt(Record):
    """One enterprise's word that a shipment arrived. Kept by shipment and recorder: nobody can overwrite another's."""

    KIND: ClassVar[Kind] = Kind.SHIPMENT
    NAMED_BY: ClassVar[str] = "shipment"

    shipment: Annotated[str, reference_to(Kind.SHIPMENT)]
    received_at: Instant
    missing: tuple[Annotated[str, reference_to(Kind.PACKAGE)], ...] = ()

    @classmethod
    def would_be(cls, owner: str, sent: Mapping[str, object]) -> str:
        return receipt_id(owner, clean(sent.get("shipment") or ""))

    @classmethod
    def id_of(cls, owner: str, name: str) -> str:
        return receipt_id(owner, name)

    def references(self) -> Iterator[Reference]:
        yield Reference("shipment", self.shipment)
        for place, package in enumerate(self.missing):
            yield Reference(f"missing[{place}]", package)

    def tells_of(self, owner: str, before: Mapping[str, Any]) -> Iterable[str]:
        return [self.shipment]

    def rules(self, owner: str) -> Iterator[Problem]:
        yield from distinct("missing", self.missing)

    def listed(self) -> int:
        return len(self.missing)


def receipt_id(recorder: str, shipment: str) -> str:
    return f"receipt/{recorder}/{shipment}"
