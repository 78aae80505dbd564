"""What the filters of all connections share."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import strawberry

from api.errors import ApiError, ErrorCode
from api.schema.described import described
from api.schema.scalars import Date, DateTime, require
from graph.model.identifiers import Kind
from graph.model.times import ALWAYS, FOREVER, to_ms
from graph.records import LAST_TEXT, Anchor, Range, Selection

MOST_VALUES = 500


class SortDirection(StrEnum):
    ASC = "ASC"
    DESC = "DESC"


described(SortDirection, "Which end of an order comes first.", {"ASC": "The least first.", "DESC": "The greatest first."})


@strawberry.input(description="A stretch of time; either end may be open.")
class DateTimeRange:
    from_: DateTime | None = strawberry.field(default=None, name="from", description="From this instant on.")
    until: DateTime | None = strawberry.field(default=None, description="Before this instant.")

    def bounds(self, name: str, path: str) -> Range:
        low = ALWAYS if self.from_ is None else to_ms(require(self.from_, f"{path}.from"))
        high = FOREVER if self.until is None else to_ms(require(self.until, f"{path}.until"))
        return Range(name, low, high)


@strawberry.input(description="A stretch of days; either end may be open.")
class DateRange:
    from_: Date | None = strawberry.field(default=None, name="from", description="From this day on.")
    to: Date | None = strawberry.field(default=None, description="To this day, and including it.")

    def bounds(self, name: str, path: str) -> Range:
        low = "" if self.from_ is None else require(self.from_, f"{path}.from").isoformat()
        # "~" comes after every digit: past the day's own text, before the next day's
        high = LAST_TEXT if self.to is None else require(self.to, f"{path}.to").isoformat() + "~"
        return Range(name, low, high)


@dataclass(slots=True)
class Builder:
    """Gathers a selection from a filter. Each method takes the filter's value as given and leaves None alone."""

    kind: Kind
    _owners: tuple[str, ...] | None = None
    _ids: tuple[str, ...] | None = None
    _numbers: tuple[str, ...] | None = None
    _among: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list[tuple[str, tuple[Any, ...]]])
    _within: list[Range] = field(default_factory=list[Range])
    _starting: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    _anchors: list[tuple[Anchor, str, str]] = field(default_factory=list[tuple[Anchor, str, str]])

    def owners(self, codes: list[str] | None) -> "Builder":
        if codes is not None:
            self._owners = tuple(dict.fromkeys(_bounded(codes, "owners")))
        return self

    def numbers(self, numbers: list[str] | None, starts_with: str | None, name: str = "number") -> "Builder":
        if numbers is not None:
            self._numbers = tuple(dict.fromkeys(unicodedata.normalize("NFC", number) for number in _bounded(numbers, f"{name}s")))
        if starts_with is not None:
            self._starting.append((name, unicodedata.normalize("NFC", starts_with)))
        return self

    def ids(self, ids: Iterable[str] | None) -> "Builder":
        if ids is not None:
            self._ids = tuple(dict.fromkeys(ids))
        return self

    def any_of(self, name: str, values: Iterable[Any] | None) -> "Builder":
        if values is not None:
            self._among.append((name, tuple(getattr(value, "value", value) for value in values)))
        return self

    def within(self, name: str, given: DateTimeRange | DateRange | None, path: str) -> "Builder":
        if given is not None:
            self._within.append(given.bounds(name, f"filter.{path}"))
        return self

    def starting_with(self, enterprise: str, number: str) -> "Builder":
        """Records of an enterprise with a number that begins so."""
        self.owners([enterprise] if self._owners is None or enterprise in self._owners else [])
        return self.numbers(None, number)

    def hanging_on(self, anchor: Anchor, record: str | None, name: str) -> "Builder":
        """record: checked; name: the property that keeps the reference."""
        if record is not None:
            self._anchors.append((anchor, record, name))
        return self

    def selection(self) -> Selection:
        # a page starts from the first of the records that it hangs on, and by the others it is filtered
        named = tuple((name, (record,)) for _, record, name in self._anchors if name)
        anchor = self._anchors[0][:2] if self._anchors else None
        return Selection(
            self.kind,
            self._owners,
            among=(*self._among, *named),
            within=tuple(self._within),
            starting=tuple(self._starting),
            anchor=anchor,
            ids=self._ids,
            numbers=self._numbers,
        )


def _bounded(values: list[str], name: str) -> list[str]:
    if len(values) > MOST_VALUES:
        raise ApiError(
            ErrorCode.BAD_USER_INPUT, f"filter.{name}: found {len(values)} values; right is at most {MOST_VALUES}", path=f"filter.{name}"
        )
    return values
