"""What the generator yields: portions of records in the terms of the contract's inputs, with the documents they refer to."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from graph.model.identifiers import Kind, record_id
from seed.settings import local_time

Record = dict[str, Any]
"""The fields of one input, by their GraphQL names; times are aware datetimes, quantities are Decimals."""


class Stage(StrEnum):
    """What a portion's records are, in the order in which they may first appear."""

    ENTERPRISE = "enterprise"
    PRODUCT = "product"
    FARM = "farm"
    SITE = "site"
    LOT = "lot"
    MILK = "milk"
    BATCH = "batch"
    PACKAGE = "package"
    AGGREGATION = "aggregation"
    SHIPMENT = "shipment"
    RECEIPT = "receipt"
    REPACKING = "repacking"
    """Aggregations of packages that shipments have brought."""
    SALE = "sale"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class SeedFile:
    name: str
    media_type: str
    content: bytes

    @property
    def reference(self) -> Record:
        """A FileInput."""
        return {"name": self.name, "sha256": hashlib.sha256(self.content).hexdigest()}


@dataclass(slots=True)
class Portion:
    """Records of one stage that one enterprise records; files: the documents that they name, to be stored first."""

    stage: Stage
    enterprise: str
    records: list[Record]
    files: list[SeedFile] = field(default_factory=list[SeedFile])


@dataclass(slots=True)
class Case:
    """A case with what is in it, packed at one time (ms). inners: the numbers of its gift boxes, each of `PER_INNER` items; else none."""

    number: str
    batch: str
    packed_at: int
    items: list[str]
    inners: list[str]


PER_INNER = 2


@dataclass(slots=True)
class Packing:
    """Cases of one batch, coming into being; the form in which items are few bytes each. `inputs` are the same in the contract's terms."""

    enterprise: str
    batch: str
    cases: list[Case]

    @property
    def count(self) -> int:
        """Packages, of every level."""
        return sum(1 + len(case.items) + len(case.inners) for case in self.cases)

    @property
    def items(self) -> int:
        return sum(len(case.items) for case in self.cases)

    @property
    def gifts(self) -> bool:
        return bool(self.cases[0].inners)

    def inputs(self) -> Iterator[Record]:
        for case in self.cases:
            at = local_time(case.packed_at)
            yield {"number": case.number, "level": "CASE", "packedAt": at}
            for inner in case.inners:
                yield {"number": inner, "level": "INNER", "packedAt": at, "parent": case.number}
            for place, item in enumerate(case.items):
                parent = case.inners[place // PER_INNER] if case.inners else case.number
                yield {"number": item, "level": "ITEM", "batch": self.batch, "packedAt": at, "parent": parent}


def package(enterprise: str, number: str) -> str:
    """The ID of a package."""
    return record_id(Kind.PACKAGE, enterprise, number)
