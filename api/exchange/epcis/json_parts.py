"""A JSON text as the stream of its parts, in memory that neither its depth nor its keys make grow."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any, TypeAlias, cast

import ijson

from api.exchange.epcis.names import DEPTH
from api.exchange.items import DocumentProblem, DocumentRefused
from api.exchange.metered import Metered
from graph.model.problems import path_of

Part: TypeAlias = tuple[str, Any]
UTF_8_MARK = b"\xef\xbb\xbf"
_STARTS = frozenset({"start_map", "start_array"})
_ENDS = frozenset({"end_map", "end_array"})
_TOLD = 20
KINDS = {"start_array": "a list", "string": "a text", "number": "a number", "boolean": "true or false", "null": "null"}
"""Of values that are no object, how they are called."""


class BrokenJson(ValueError):
    """at_end: whether it was the end of the file that was wrong."""

    def __init__(self, message: str, *, at_end: bool) -> None:
        super().__init__(message)
        self.at_end = at_end


@dataclass(slots=True)
class Built:
    """A value. twice: paths of the names that one of its objects has more than once."""

    value: object = None
    twice: list[str] = field(default_factory=list[str])


class MeteredJson(Metered):
    """Without a byte order mark. Half of a surrogate pair, of which the parser makes a `?`, becomes a control character, U+001A."""

    def __init__(self, file: IO[bytes], told: Callable[[int], None] | None = None) -> None:
        super().__init__(file, told)
        self._before_start = True
        self._held = b""
        self._last = b""

    def read(self, size: int = -1) -> bytes:
        while data := super().read(size):
            if self._before_start:
                data = data.removeprefix(UTF_8_MARK)
                self._before_start = False
            if _LONG.search(self._last + data):
                raise DocumentRefused(
                    DocumentProblem.MALFORMED_DOCUMENT, f"found a number of more than {_DIGITS:,} digits; right is a text, or fewer digits"
                )
            self._last = data[-_DIGITS - 100 :]
            if self._held or b"\\" in data[-_ESCAPED:] or _HALF.search(data):
                data, self._held = self._held + data, b""
                data = _ESCAPE.sub(self._whole, data)
            if data:
                return data
        data, self._held = self._held, b""
        return data

    def _whole(self, found: re.Match[bytes]) -> bytes:
        if found["open"] is not None:
            self._held = found[0]
            return b""
        return b"\\u001a" if found["half"] else found[0]


_DIGITS = 4_000
_LONG = re.compile(rb"[:,\[]\s*-?\d{%d}" % _DIGITS)
"""A number that Python does not read, since that takes too long."""
_ESCAPED = 12
"""Bytes of a surrogate pair that is written as two escapes."""
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_ESCAPE = re.compile(
    rb"\\(?:(?P<open>(?:u[0-9a-fA-F]{0,3}|u[dD][89abAB][0-9a-fA-F]{2}(?:\\(?:u[0-9a-fA-F]{0,3})?)?)?\Z)"
    rb"|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
"""One escape after the other, so that no backslash is taken for a beginning that is none; `open` goes on in what is read next."""


def parts_of(file: MeteredJson) -> Iterator[Part]:
    """Whole numbers as they are, however large; others as `Decimal`. Raises `BrokenJson`."""
    try:
        yield from ijson.basic_parse(file)
    except ijson.JSONError as error:
        told = str(error).strip().splitlines()[0][:200] if str(error).strip() else "no JSON"
        raise BrokenJson(told, at_end="premature" in told or "ncomplete" in told) from error


def passed(parts: Iterator[Part], kind: str) -> None:
    """Over a value whose first part, of this kind, was just met."""
    depth = 1 if kind in _STARTS else 0
    while depth:
        kind, _ = next(parts)
        if kind in _STARTS:
            depth += 1
        elif kind in _ENDS:
            depth -= 1


def built(parts: Iterator[Part], first: Part) -> Built:
    """The value whose first part was just met. What lies deeper than an event may go is left out, in memory that does not grow with it."""
    found = Built()
    kind, value = first
    if kind not in _STARTS:
        found.value = _single(value)
        return found
    found.value = above = _empty(kind)
    stack: list[dict[str, object] | list[object]] = [above]
    names = [""]
    for kind, value in parts:
        if kind == "map_key":
            names[-1] = value
            if value in above and len(found.twice) < _TOLD:
                found.twice.append(_path(stack, names))
            continue
        if kind in _ENDS:
            stack.pop()
            names.pop()
            if not stack:
                break
            above = stack[-1]
            continue
        begins = kind in _STARTS
        entry = _empty(kind) if begins else _single(value)
        if isinstance(above, dict):
            above[names[-1]] = entry
        else:
            above.append(entry)
        if begins and len(stack) > DEPTH + 1:
            passed(parts, kind)
        elif begins:
            above = cast("dict[str, object] | list[object]", entry)
            stack.append(above)
            names.append("")
    return found


def _empty(kind: str) -> dict[str, object] | list[object]:
    return {} if kind == "start_map" else []


def _single(value: Any) -> object:
    return float(value) if isinstance(value, Decimal) else value


def _path(stack: list[dict[str, object] | list[object]], names: list[str]) -> str:
    return path_of(*(name[:80] if isinstance(one, dict) else len(one) - 1 for one, name in zip(stack, names, strict=True)))
