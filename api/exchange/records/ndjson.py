"""NDJSON: a record a line, `{"kind": "farm", …}`, with the fields of the mutation."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import IO, Any, cast

import orjson

from api.exchange.items import DocumentProblem, DocumentRefused, Item
from api.exchange.metered import Metered
from api.exchange.records.files import FILE
from api.exchange.records.kinds import RecordKind, kind_named
from api.exchange.records.lines import Line, lines_of, misread
from api.exchange.records.told import COMMENT, Told
from graph.model.problems import Problem, ProblemCode

_LONG_NUMBER = re.compile(r"[:,\[]\s*-?[\d.]{16}")
"""More digits than a double keeps."""
_NAME = re.compile(r'"\s*:')
"""The end of a name, and now and then something else within a text."""


def read_ndjson(
    file: IO[bytes], told: Callable[[int], None] | None = None, kind: RecordKind | None = None, encoding: str | None = None
) -> Iterator[Item[Told]]:
    """kind: of lines without one. Raises `DocumentRefused`."""
    held: Item[Told] | None = None
    try:
        for item in _items(file, told, kind, encoding):
            if held is not None:
                yield _ended(held, item)
            held = item
    except DocumentRefused:
        if held is not None:
            yield _ended(held, None)
        raise
    if held is not None:
        yield _ended(held, None)


def _ended(item: Item[Told], following: Item[Told] | None) -> Item[Told]:
    """Told of a piece of a file whether another one follows it."""
    if item.value is None or item.value.kind is not FILE:
        return item
    after = following.value if following is not None else None
    if after is not None and after.kind is FILE and after.fields.get("sha256") == item.value.fields.get("sha256"):
        return item
    return replace(item, value=replace(item.value, ends=True))


def _items(file: IO[bytes], told: Callable[[int], None] | None, kind: RecordKind | None, encoding: str | None) -> Iterator[Item[Told]]:
    metered = Metered(file, told)
    index = 0
    for line in lines_of(metered, encoding):
        metered.item_done()
        if line.text.strip():
            yield _item(index, line, kind)
            index += 1


def _item(index: int, line: Line, default: RecordKind | None) -> Item[Told]:
    found = _read(line, default)
    value, problems = (None, (found,)) if isinstance(found, Problem) else (found, ())
    return Item(index, value, problems, line.number, line.size, line.text)


def _read(line: Line, default: RecordKind | None) -> Told | Problem:
    if problem := misread(line.text):
        return problem
    try:
        sent = _parsed(line.text)
        twice = _twice(line.text, sent)
    except RecursionError:
        return Problem(
            ProblemCode.MALFORMED, "", "found lists or objects many hundreds deep; right is one JSON object a line, as flat as records are"
        )
    except ValueError as error:
        if not line.ended:
            message = f"found the end of the file in the middle of line {line.number}; right is all of it"
            raise DocumentRefused(DocumentProblem.TRUNCATED, message) from error
        return Problem(ProblemCode.MALFORMED, "", f"found a line that is no JSON: {error}; right is one JSON object a line")
    if twice is not None:
        return Problem(ProblemCode.DUPLICATE, twice[:80], "found the name a second time in one object; right is to give it once")
    if not isinstance(sent, dict):
        return Problem(ProblemCode.MALFORMED, "", f"found {type(sent).__name__}; right is one JSON object a line")
    fields = {name: value for name, value in cast("dict[str, object]", sent).items() if not name.startswith(COMMENT)}
    if fields.get("kind") == FILE.name:
        del fields["kind"]
        return Told(FILE, fields)
    kind = kind_named(fields.pop("kind", None)) if "kind" in fields or default is None else default
    return kind if isinstance(kind, Problem) else Told(kind, fields)


def _parsed(text: str) -> object:
    if _LONG_NUMBER.search(text):
        return json.loads(text, parse_float=lambda digits: Decimal(digits) if len(digits) > 15 else float(digits))
    return orjson.loads(text)


def _twice(text: str, parsed: object) -> str | None:
    """A name that one object has twice, of which parsers keep the last. A text with as many names as were kept, at the most, has none."""
    if len(_NAME.findall(text)) == _names(parsed):
        return None
    found: list[str] = []

    def pairs(read: list[tuple[str, object]]) -> dict[str, object]:
        entries = dict[str, object]()
        for name, value in read:
            if name in entries:
                found.append(name)
            entries[name] = value
        return entries

    json.loads(text, object_pairs_hook=pairs)
    return found[0] if found else None


def _names(value: object) -> int:
    if isinstance(value, dict):
        entries = cast("dict[str, object]", value)
        return len(entries) + sum(map(_names, entries.values()))
    return sum(map(_names, cast("list[object]", value))) if isinstance(value, list) else 0


def written(kind: RecordKind, fields: Mapping[str, Any]) -> bytes:
    """One line."""
    return orjson.dumps({"kind": kind.name, **fields}, option=orjson.OPT_APPEND_NEWLINE)
