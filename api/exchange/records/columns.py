"""The fields of a record as columns, read off its model: a field that a model gains is a column without more."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, cast, get_args

from api.exchange.records.choices import value_of
from graph.model.identifiers import Kind
from graph.model.records.base import Part
from graph.model.records.values import KIND_NUMBERED, KINDS_NAMED, Count, Day, Days, Flag, Instant, Measure, Quantity

_MANY = frozenset({tuple, list})


class Form(StrEnum):
    """What a value is."""

    TEXT = "text"
    TIME = "time"
    DATE = "date"
    DECIMAL = "decimal"
    NUMBER = "number"
    WHOLE = "whole number"
    FLAG = "flag"
    OBJECT = "object"


def _reader(kept: object) -> object:
    """The function by which an annotated value is read: what tells a time from a count, which are both kept as integers."""
    return next((one.func for one in get_args(kept)[1:] if hasattr(one, "func")), None)


_FORMS: dict[object, Form] = {
    _reader(Instant): Form.TIME,
    _reader(Day): Form.DATE,
    _reader(Quantity): Form.DECIMAL,
    _reader(Measure): Form.NUMBER,
    _reader(Count): Form.WHOLE,
    _reader(Days): Form.WHOLE,
    _reader(Flag): Form.FLAG,
}
_BY_TYPE: dict[object, Form] = {int: Form.WHOLE, float: Form.NUMBER, bool: Form.FLAG}
_STORE_SAYS = frozenset({"mediaType", "size"})
"""Of a file, what its store adds and no caller."""


@dataclass(frozen=True, slots=True)
class Column:
    """name: as in the schema. field: as in Python. many: whether it is a list. part: what an OBJECT is. choices: of a closed list.
    kinds: of the records whose IDs it takes, where it takes no numbers. numbered: of the record whose number or ID it takes.
    """

    name: str
    field: str
    form: Form
    many: bool
    required: bool
    part: type[Part] | None = None
    choices: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    numbered: tuple[Kind, ...] = ()


@cache
def columns_of(model: type[Part]) -> Mapping[str, Column]:
    """By name, in the order of the model's fields."""
    forms = model.model_json_schema()["properties"]
    columns = (_column(name, field, forms[field.alias or name]) for name, field in model.model_fields.items())
    return {column.name: column for column in columns if column.name not in _STORE_SAYS}


def _column(name: str, field: Any, form: Mapping[str, Any]) -> Column:
    forms = [Form.OBJECT if isinstance(one, type) else one for one in _met(field.annotation, field.metadata)]
    parts = [one for one in _met(field.annotation, field.metadata) if isinstance(one, type)]
    many = any(one in _MANY for one in _types(field.annotation))
    return Column(
        field.alias or name,
        name,
        forms[0] if forms else Form.TEXT,
        many,
        field.is_required(),
        parts[0] if parts else None,
        _listed("enum", form),
        _listed(KINDS_NAMED, form, form.get("items", {})),
        _listed(KIND_NUMBERED, form, form.get("items", {})),
    )


def _listed(key: str, *forms: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a JSON Schema has under the key, for a value, or one of its own among those that it may be."""
    return next((tuple(one[key]) for form in forms for one in (form, *form.get("anyOf", ())) if key in one), ())


def _met(annotation: Any, metadata: Sequence[object] = ()) -> Iterator[Form | type[Part]]:
    """The forms and objects within an annotation, the outermost first."""
    for one in metadata:
        if (form := _FORMS.get(getattr(one, "func", None))) is not None:
            yield form
    if _is_part(annotation):
        yield annotation
        return
    inner, more = get_args(annotation), getattr(annotation, "__metadata__", ())
    for one in inner:
        yield from _met(one, more)
    if not inner and (form := _BY_TYPE.get(annotation)) is not None:
        yield form


def _is_part(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Part)


def _types(annotation: Any) -> Iterator[Any]:
    yield getattr(annotation, "__origin__", annotation)
    for one in get_args(annotation):
        yield from _types(one)


_TRUE, _FALSE = frozenset({"true", "1", "是"}), frozenset({"false", "0", "否"})


def from_text(column: Column, text: str) -> object:
    """The value that a text stands for in its column. What stands for none stays a text, for the record's check to tell."""
    match column.form:
        case Form.FLAG:
            word = text.strip().lower()
            return True if word in _TRUE else False if word in _FALSE else text
        case Form.WHOLE:
            digits = text.strip()
            return int(digits) if len(digits) < 20 and digits.isascii() and digits.isdigit() else text
        case Form.NUMBER:
            try:
                return float(text)
            except ValueError:
                return text
        case _:
            return value_of(text) if column.choices else text


def typed(model: type[Part], texts: Mapping[str, object]) -> dict[str, object]:
    """Fields whose values are texts, lists of texts, and objects of both, with the values that these stand for."""
    columns = columns_of(model)
    return {name: _typed(columns[name], value) if name in columns else value for name, value in texts.items()}


def _typed(column: Column, value: object) -> object:
    if isinstance(value, list):
        return [_typed(column, one) for one in cast("list[object]", value)]
    if isinstance(value, str):
        return from_text(column, value)
    return typed(column.part, cast("Mapping[str, object]", value)) if isinstance(value, Mapping) and column.part else cast(object, value)
