"""Times and days that must follow each other."""

from collections.abc import Iterator

from graph.model.problems import Problem, ProblemCode
from graph.model.texts import instant_text


def not_before(path: str, later: int | str | None, earlier_path: str, earlier: int | str | None) -> Iterator[Problem]:
    """A problem when both are there (milliseconds, or days as text) and the later lies before the earlier. Equal is in order."""
    if later is None or earlier is None:
        return
    if (later < earlier) if isinstance(later, int) and isinstance(earlier, int) else (str(later) < str(earlier)):
        message = f"found {_shown(later)}; right is {earlier_path} or later, which is {_shown(earlier)}"
        yield Problem(ProblemCode.TIMES_OUT_OF_ORDER, path, message)


def _shown(value: int | str) -> str:
    return instant_text(value) if isinstance(value, int) else value
