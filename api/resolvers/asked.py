"""What a question of lineage starts from, and how its answer names that."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from graph.lineage.answer import Lineage
from graph.lineage.gaps import Gap, GapCause, in_order
from graph.lineage.recall import RecallRadius
from graph.model.identifiers import shown

Found = TypeVar("Found", Lineage, RecallRadius)


@dataclass(frozen=True, slots=True)
class Asked:
    """ids: of the records, in their one form. unknown: the keys as they were asked of which no record is there, by the likeliest of the IDs
    that they may stand for: it is a guess, above all of the company prefix, and no answer says it."""

    ids: Sequence[str]
    unknown: Mapping[str, str]

    def told(self, found: Found) -> Found:
        return replace(found, seeds=self.seeds(found.seeds), gaps=self.gaps(found.gaps))

    def seeds(self, seeds: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.unknown.get(seed, seed) for seed in seeds)

    def gaps(self, gaps: Iterable[Gap]) -> tuple[Gap, ...]:
        return in_order(map(self._gap, gaps))

    def _gap(self, gap: Gap) -> Gap:
        key = self.unknown.get(gap.at or "")
        if key is None or gap.cause is not GapCause.MISSING_RECORD:
            return gap
        detail = f"{shown(key)} was asked about, and no record that it may name is known, under any company prefix that it may have"
        return Gap(gap.cause, key, detail)
