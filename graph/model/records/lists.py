"""Lists of references within a record."""

from collections.abc import Iterator, Sequence

from graph.model.problems import Problem, ProblemCode


def not_empty(path: str, entries: Sequence[str]) -> Iterator[Problem]:
    if not entries:
        yield Problem(ProblemCode.EMPTY, path, "found no entry; right is at least one")


def distinct(path: str, entries: Sequence[str]) -> Iterator[Problem]:
    """A problem at each entry that an earlier one names already."""
    first: dict[str, int] = {}
    for place, entry in enumerate(entries):
        if first.setdefault(entry, place) != place:
            message = f"found {entry} again, named at {path}[{first[entry]}] already; right is each once"
            yield Problem(ProblemCode.DUPLICATE, f"{path}[{place}]", message)
