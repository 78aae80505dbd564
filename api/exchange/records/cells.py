"""Values of records as cells of a table, and back. No cell that is written is a formula to a spreadsheet (OWASP, CSV injection)."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias, cast

import orjson

from api.exchange.records.columns import Column, Form, columns_of, from_text
from api.exchange.records.examples import example_list
from api.exchange.records.headings import heading_of
from api.exchange.records.kinds import RecordKind
from api.exchange.records.local_times import day_of, with_offset
from graph.model.problems import Problem, ProblemCode
from graph.model.records.base import FileRef, Part

KIND = "kind"
KIND_HEADING = "种类"
KIND_WORDS = (KIND, KIND_HEADING)
_SEPARATOR = ";"
_SEPARATORS = re.compile(r"[;；,，\s]+")
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
Way: TypeAlias = tuple[Column] | tuple[Column, Column]
"""A field, or a field of an object."""
_PART_HEADINGS = {"name": "文件名", "sha256": "SHA-256"}


def guarded(text: str) -> str:
    """The text with an apostrophe before it, where a spreadsheet would take it for a formula, or take the apostrophe for its own."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def unguarded(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell


_PART = re.compile(r"(?P<name>.+)…(?P<number>[2-9]|[1-9][0-9]{1,2})")


def part_heading(heading: str, number: int) -> str:
    """number: from 2. Of a column that goes on with the text of another, since a cell of a spreadsheet holds only so much."""
    return f"{heading}…{number}"


def part_in(heading: str) -> tuple[str, int] | None:
    """The heading of the column that it goes on with, and the number."""
    met = _PART.fullmatch(heading)
    return (met["name"], int(met["number"])) if met else None


@cache
def cell_columns(kind: RecordKind) -> Mapping[str, Way]:
    """The columns of a table of the kind: by the heading, the field or the way to it. An object has a column for each of its fields, a
    list of objects one for all."""
    found: dict[str, Way] = {}
    for name, column in kind.columns.items():
        if column.part is None or column.many:
            found[name] = (column,)
        else:
            found.update({f"{name}.{inner}": (column, part) for inner, part in columns_of(column.part).items()})
    return found


@cache
def headings_of(kind: RecordKind) -> Mapping[str, str]:
    """By every heading that a column may have, the column: its name in the schema or in Python, or in Chinese."""
    found: dict[str, str] = {}
    for name, way in cell_columns(kind).items():
        python = ".".join(column.field for column in way)
        found.update({name: name, python: name, chinese_heading(kind, way): name})
    return found


def chinese_heading(kind: RecordKind, way: Way) -> str:
    return ".".join(
        (kind.headings[column.name] if place == 0 else _PART_HEADINGS.get(column.name, column.name)) for place, column in enumerate(way)
    )


def path_in_chinese(kind: RecordKind, path: str) -> str:
    """The path of a problem by the headings of tables; the places in lists stay."""
    first, *rest = path.split(".")
    name, mark, place = first.partition("[")
    column = kind.columns.get(name)
    if column is None:
        return path
    inner = _PART_HEADINGS if column.part is FileRef else {}
    return ".".join((f"{kind.headings[name]}{mark}{place}", *(inner.get(one) or heading_of("", one) for one in rest)))


def fields_of(kind: RecordKind, cells: Mapping[str, str], offsets: Mapping[str, str] | None = None) -> Mapping[str, object] | Problem:
    """The fields that a row tells of, by columns; an empty cell is none. offsets: by columns, of times without one in lists of objects."""
    columns = cell_columns(kind)
    fields: dict[str, object] = {}
    for name, cell in cells.items():
        if not cell:
            continue
        way = columns.get(name)
        value = unguarded(cell) if way is None else _value(way[-1], unguarded(cell), (offsets or {}).get(name))
        if isinstance(value, Problem):
            return value
        if way is not None and len(way) > 1:
            cast("dict[str, object]", fields.setdefault(way[0].name, {}))[way[1].name] = value
        else:
            fields[name] = value
    return fields


def _value(column: Column, text: str, offset: str | None) -> object:
    if not column.many:
        if column.form is Form.DATE:
            return day_of(text)
        return _ambiguous(column, text) or from_text(column, text)
    if column.part is None and not text.startswith("["):
        return [one for one in _SEPARATORS.split(text) if one]
    try:
        value: object = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        value = error
    if isinstance(value, list):
        return [_local(column.part, one, offset) for one in cast("list[object]", value)]
    example = '["C1", "C2"]' if column.part is None else example_list(column.part)
    return Problem(ProblemCode.MALFORMED, column.name, f"found {text[:80]!r}; right is a JSON list, such as {example}")


def _local(part: type[Part] | None, entry: object, offset: str | None) -> object:
    """An object of a list, with the offset of its times."""
    if part is None or offset is None or not isinstance(entry, Mapping):
        return entry
    times = times_of(part)
    fields = cast("Mapping[str, object]", entry)
    return {name: with_offset(value, offset) if name in times and isinstance(value, str) else value for name, value in fields.items()}


@cache
def times_of(part: type[Part]) -> frozenset[str]:
    """The names, in the schema and in Python, of its fields that are times."""
    return frozenset(name for column in columns_of(part).values() if column.form is Form.TIME for name in (column.name, column.field))


def _ambiguous(column: Column, text: str) -> Problem | None:
    """3,200 is 3200 in some countries, and 3.2 in others."""
    if column.form not in _NUMERIC or not _WITH_COMMAS.fullmatch(text):
        return None
    code = ProblemCode.MALFORMED_DECIMAL if column.form is Form.DECIMAL else ProblemCode.MALFORMED
    message = f"found {text[:80]!r}, whose commas may part thousands or decimals; right is a number without commas, such as 3200 or 3.2"
    return Problem(code, column.name, message)


_NUMERIC = frozenset({Form.DECIMAL, Form.NUMBER, Form.WHOLE})
_WITH_COMMAS = re.compile(r"\s*[+-]?\d[\d.]*([,，][\d.]+)+\s*", re.ASCII)


def cell_of(way: Way, fields: Mapping[str, Any]) -> str:
    """The cell of a column; empty for what is not there."""
    value: Any = fields.get(way[0].name)
    if value is not None and len(way) > 1:
        value = value.get(way[1].name)
    column = way[-1]
    if value is None or (value == [] and not column.required):
        return ""
    if column.many:
        return guarded(orjson.dumps(value).decode() if column.part is not None or not value else _SEPARATOR.join(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return guarded(value if isinstance(value, str) else _number(column, value))


def _number(column: Column, value: object) -> str:
    return repr(value) if column.form is Form.NUMBER else str(value)


def row_of(cells: list[str]) -> str:
    """One row: each cell that has something in quotes, so that no separator in it is taken for one of the table's."""
    return ",".join('"' + cell.replace('"', '""') + '"' if cell else "" for cell in cells) + "\r\n"
