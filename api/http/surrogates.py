"""JSON with half of a surrogate pair in a text, which no text in UTF-8 can have.

What is wrong in one record of a list costs that record, not the others: such a body is read all the same when the half is there.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn, cast

_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")
_HALF = re.compile("[\ud800-\udfff]")
_IN_A_RECORD = re.compile(r"variables\.[^.\[]+\[\d+]\.")


def read_with_halves(body: bytes) -> tuple[object, str | None]:
    """What a body that is no strict JSON says, and the path of its first such half. ValueError, with the reason where there is one,
    for a body that is wrong otherwise, or has a half elsewhere than in a record of a list."""
    if not _ESCAPE.search(body):
        raise ValueError
    try:
        parsed = json.loads(body, parse_constant=_refuse)
        halves = list(_halves(parsed, ""))
    except (ValueError, RecursionError) as error:
        raise ValueError from error
    for path in halves:
        if not _IN_A_RECORD.match(path):
            raise ValueError(f"found half of a surrogate pair in {path}; right is both halves, or U+FFFD")
    return parsed, next(iter(halves), None)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _halves(value: object, path: str) -> Iterator[str]:
    if isinstance(value, str):
        if _HALF.search(value):
            yield path or "the body"
    elif isinstance(value, Mapping):
        for name, inner in cast("Mapping[str, Any]", value).items():
            if _HALF.search(name):
                yield f"a name in {path or 'the body'}"
            else:
                yield from _halves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, Sequence):
        for place, inner in enumerate(cast("Sequence[Any]", value)):
            yield from _halves(inner, f"{path}[{place}]")
