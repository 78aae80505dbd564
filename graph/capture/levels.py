"""Whether packages of new levels fit what they are in and what is in them: against all of these, by the levels that they will have.

A pair of which the child is in the call is looked at from the child. Of the children that are not, the levels stay, so that it is
enough to know how many there are of each level.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TypeAlias

from graph.capture.checking import Draft
from graph.capture.package_facts import Facts, level_problem
from graph.capture.stays import Namer, Stay
from graph.model.kinds import PackageLevel
from graph.model.problems import Problem, ProblemCode
from graph.model.records.package import Package

Below: TypeAlias = Mapping[str, Iterable[tuple[str, int, str]]]
"""Package -> (level, how many that were ever in it have that level, an example)."""


@dataclass(slots=True)
class Levels:
    """new: of the drafts that are not rejected, by ID. facts: what is stored. above, inside: by package, what it was ever in, and
    which drafts were ever in it, as stored. left: by draft, what it is no longer said to have been in. into: by parent, its new children.
    """

    new: dict[str, str]
    facts: Mapping[str, Facts]
    above: Mapping[str, Set[str]]
    inside: Mapping[str, Set[str]]
    left: Mapping[str, str]
    into: Mapping[str, Sequence[str]]
    below: Below
    name: Namer

    @classmethod
    def of(
        cls, drafts: Sequence[Draft[Package]], facts: Mapping[str, Facts], stays: Mapping[str, Sequence[Stay]], below: Below, name: Namer
    ) -> "Levels":
        above = {draft.id: {stay.parent for stay in stays.get(draft.id, ())} for draft in drafts}
        inside: dict[str, set[str]] = {}
        left: dict[str, str] = {}
        into: dict[str, list[str]] = {}
        for draft in drafts:
            told = {stay.parent for stay in stays.get(draft.id, ()) if not stay.commissioned or stay.added}
            left[draft.id] = next(iter(above[draft.id] - told), "")
            for parent in above[draft.id]:
                inside.setdefault(parent, set()).add(draft.id)
            if draft.record.parent is not None:
                into.setdefault(draft.record.parent, []).append(draft.id)
        return cls({draft.id: draft.record.level for draft in drafts}, facts, above, inside, left, into, below, name)

    def beside(self, package: str) -> set[str]:
        """The packages of the call that have to be looked at again when the level of this one stays as it was."""
        return {*self.above.get(package, ()), *self.inside.get(package, ()), *self.into.get(package, ())} & self.new.keys()

    def problem(self, draft: Draft[Package]) -> Problem | None:
        level, parent = draft.record.level, draft.record.parent
        above = None if parent is None else self._of(parent)
        if parent is not None and above is not None and _rank(level) >= _rank(above):
            return Problem(ProblemCode.LEVEL_ORDER, "parent", level_problem(level, parent, above))
        for other in sorted(self.above.get(draft.id, ())):
            above = self._of(other)
            if other not in (parent, self.left.get(draft.id)) and above is not None and _rank(level) >= _rank(above):
                message = f"{level_problem(level, self.name(other), above)}, in which it was put before"
                return Problem(ProblemCode.LEVEL_ORDER, "level", message)
        for below, children, example in self.below.get(draft.id, ()):
            here = [child for child in self.inside.get(draft.id, ()) if child in self.new and self._was(child) == below]
            if _rank(level) <= _rank(below) and children > len(here):
                held = self.name(example) if example not in here else "a package"
                return Problem(
                    ProblemCode.LEVEL_ORDER, "level", f"found {level}, and {held} in it, of level {below}; right is a level above {below}"
                )
        return None

    def _of(self, package: str) -> str | None:
        return self.new.get(package) or self._was(package)

    def _was(self, package: str) -> str | None:
        return self.facts[package].level if package in self.facts else None


def _rank(level: str) -> int:
    return PackageLevel(level).rank
