"""Examples of what a column takes, for messages and templates."""

from collections.abc import Mapping

import orjson

from api.exchange.records.columns import Column, Form, columns_of
from graph.model.identifiers import Kind
from graph.model.records.base import Part

_OWNER = "6904321"
_VALUES: Mapping[Form, object] = {
    Form.TIME: "2026-03-14T08:30:00+08:00",
    Form.DATE: "2026-03-14",
    Form.DECIMAL: "10",
    Form.NUMBER: 3.5,
    Form.WHOLE: 10,
    Form.FLAG: False,
    Form.TEXT: "…",
}


def example_id(kind: Kind) -> str:
    return f"{kind.value}/{_OWNER}" if kind is Kind.ENTERPRISE else f"{kind.value}/{_OWNER}/{kind.value[0].upper()}1"


def example_list(part: type[Part]) -> str:
    """JSON: a list of one object with all of its keys."""
    return orjson.dumps([{name: _value(column) for name, column in columns_of(part).items()}]).decode()


def _value(column: Column) -> object:
    return example_id(column.kinds[0]) if column.kinds else _VALUES.get(column.form)
