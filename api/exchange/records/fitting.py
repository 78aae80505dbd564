"""The kind of record that the headings of a table tell of."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from api.exchange.items import DocumentProblem, DocumentRefused
from api.exchange.records.cells import KIND, cell_columns, chinese_heading, headings_of
from api.exchange.records.kinds import FILED, RecordKind
from api.exchange.records.told import COMMENT

_NEAREST = 2
"""Kinds of which is said what keeps the headings from telling of them."""


@dataclass(frozen=True, slots=True)
class _Fit:
    """strange: headings that are none of the kind's. lacking: what it cannot do without, by its Chinese headings."""

    kind: RecordKind
    strange: tuple[str, ...]
    lacking: tuple[str, ...]

    @property
    def faults(self) -> int:
        return len(self.strange) + len(self.lacking)

    def __str__(self) -> str:
        has_no = f"has no {', '.join(map(repr, self.strange))[:200]}" if self.strange else ""
        needs = f"needs {', '.join(map(repr, self.lacking))[:200]}" if self.lacking else ""
        return f"{self.kind.name} {' and '.join(filter(None, (has_no, needs)))}"


def kind_of(names: Collection[str], line: int) -> RecordKind:
    """The one kind that has all of these columns, and needs no others. Raises `DocumentRefused`."""
    given = [name for name in names if not name.startswith(COMMENT)]
    fits = list(_fits(given))
    fitting = [fit.kind for fit in fits if not fit.faults]
    if len(fitting) == 1:
        return fitting[0]
    found = f"found the headings {', '.join(names)[:200]} in line {line}" if names else "found no headings"
    right = f"right is the kind of the rows: one of {', '.join(FILED)}, said with the call, or in a first column `{KIND}`"
    raise DocumentRefused(DocumentProblem.UNKNOWN_FORMAT, f"{found}, which tell of no kind alone{_why(fitting, fits, given)}; {right}")


def _fits(given: Collection[str]) -> Iterator[_Fit]:
    for kind in FILED.values():
        known = headings_of(kind)
        columns = {known[name].partition(".")[0] for name in given if name in known}
        lacking = (
            chinese_heading(kind, way)
            for name, way in cell_columns(kind).items()
            if way[0].required and name.partition(".")[0] not in columns
        )
        yield _Fit(kind, tuple(name for name in given if name not in known), tuple(lacking))


def _why(fitting: Collection[RecordKind], fits: Collection[_Fit], given: Collection[str]) -> str:
    """What is between the headings and the kinds that are nearest, of which they have more than not."""
    if fitting:
        return f": they are those of {' and of '.join(kind.name for kind in fitting)}"
    fewest = min(fit.faults for fit in fits)
    nearest = [fit for fit in fits if fit.faults == fewest and fewest <= len(given) - len(fit.strange)]
    return f": {', '.join(map(str, nearest))}" if 0 < len(nearest) <= _NEAREST else ""
