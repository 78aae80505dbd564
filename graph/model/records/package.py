"""QB/T 4971-2018 7.2 and table 2-1 row 7: items, inner packs, cases and pallets, and what goes into what."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar

from graph.model.identifiers import Kind
from graph.model.kinds import AggregationAction, PackageLevel
from graph.model.problems import Problem, ProblemCode
from graph.model.records.base import Record, Reference
from graph.model.records.lists import distinct, not_empty
from graph.model.records.values import Instant, name_of, number_of, one_of, own_name_of, reference_to


class Package(Record):
    """Commissioning: the package comes into being, an item from its batch, at once in a parent where one is named."""

    KIND: ClassVar[Kind] = Kind.PACKAGE

    number: Annotated[str, number_of(Kind.PACKAGE)]
    level: Annotated[str, one_of(PackageLevel)]
    batch: Annotated[str, reference_to(Kind.PRODUCTION_BATCH)] | None = None
    packed_at: Instant
    parent: Annotated[str, own_name_of(Kind.PACKAGE)] | None = None

    def references(self) -> Iterator[Reference]:
        if self.batch is not None:
            yield Reference("batch", self.batch)
        if self.parent is not None:
            yield Reference("parent", self.parent)

    def tells_of(self, owner: str, before: Mapping[str, Any]) -> Iterable[str]:
        named = (*(reference.id for reference in self.references()), before.get("batch"), before.get("parent"))
        return {self.id(owner), *filter(None, named)}

    def rules(self, owner: str) -> Iterator[Problem]:
        if self.level == PackageLevel.ITEM and self.batch is None:
            yield Problem(ProblemCode.MISSING, "batch", "found no batch; an item names its batch")
        if self.level != PackageLevel.ITEM and self.batch is not None:
            yield Problem(
                ProblemCode.UNEXPECTED, "batch", f"found {self.batch}; a package of level {self.level} has no batch, its items have"
            )
        if self.parent is not None and self.parent == self.id(owner):
            yield Problem(ProblemCode.IN_ITSELF, "parent", f"found the package {self.parent} itself; right is a package of a higher level")


class Aggregation(Record):
    """Children go into, or come out of, a parent at a time: one's own, or one that the recorder holds then."""

    KIND: ClassVar[Kind] = Kind.PACKAGE
    NAMED_BY: ClassVar[str] = "parent"

    parent: Annotated[str, name_of(Kind.PACKAGE)]
    children: tuple[Annotated[str, name_of(Kind.PACKAGE)], ...]
    action: Annotated[str, one_of(AggregationAction)]
    at: Instant

    @classmethod
    def id_of(cls, owner: str, name: str) -> str:
        """The parent's: an aggregation is no record of its own, but a change of what the parent holds."""
        return name

    def references(self) -> Iterator[Reference]:
        yield Reference("parent", self.parent)
        for place, child in enumerate(self.children):
            yield Reference(f"children[{place}]", child)

    def rules(self, owner: str) -> Iterator[Problem]:
        yield from not_empty("children", self.children)
        yield from distinct("children", self.children)
        for place, child in enumerate(self.children):
            if child == self.parent:
                yield Problem(
                    ProblemCode.IN_ITSELF, f"children[{place}]", f"found the parent {child} itself; right is a package of a lower level"
                )

    def tells_of(self, owner: str, before: Mapping[str, Any]) -> Iterable[str]:
        return [self.parent, *self.children]

    def listed(self) -> int:
        return len(self.children)

    def moved(self) -> tuple[str, ...]:
        return self.children
