"""Earlier versions of records, in the form in which records are sent: times in ISO 8601, files and lists of objects as objects."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, cast, get_args

import orjson

from graph.model.identifiers import Kind
from graph.model.records.base import FileRef, Part, Record
from graph.model.records.batch import Batch
from graph.model.records.enterprise import Enterprise
from graph.model.records.farm import Farm
from graph.model.records.ingredient_lot import IngredientLot
from graph.model.records.milk_delivery import MilkDelivery
from graph.model.records.package import Package
from graph.model.records.product import Product
from graph.model.records.shipment import Shipment
from graph.model.records.site import Site
from graph.model.texts import instant_text

_MODELS: dict[Kind, type[Record]] = {
    model.KIND: model for model in (Batch, Enterprise, Farm, IngredientLot, MilkDelivery, Package, Product, Shipment, Site)
}


def as_sent(kind: Kind, content: str) -> str:
    """The JSON text of an archived content (`canonical`) as a record is sent. What the model does not know any more stays as it is."""
    return orjson.dumps(_written(_MODELS[kind], orjson.loads(content)), option=orjson.OPT_SORT_KEYS).decode()


def sent(model: type[Record], properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of a record's node as the record is sent: what was given alone."""
    given = {name: properties.get(name) for name in (field.alias or name for name, field in model.model_fields.items())}
    return {name: _given(value) for name, value in _written(model, given).items() if value is not None and value != []}


def _given(value: Any) -> Any:
    """Objects without what was not given."""
    if isinstance(value, list):
        return [_given(one) for one in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {name: inner for name, inner in cast("dict[str, Any]", value).items() if inner is not None}
    return value


def _written(model: type[Part], fields: dict[str, Any]) -> dict[str, Any]:
    if model is FileRef:
        return {name: fields[name] for name in ("name", "sha256")}  # the rest is the file store's to say
    parts = _parts(model)
    return {name: _value(name, value, parts.get(name)) for name, value in fields.items()}


def _value(name: str, value: Any, part: type[Part] | None) -> Any:
    if part is not None and value is not None:
        return [_part(part, text) for text in cast("list[Any]", value)] if isinstance(value, list) else _part(part, value)
    if is_instant(name) and type(value) is int:
        return instant_text(value)
    return value


def _part(part: type[Part], text: str) -> dict[str, Any]:
    return _written(part, orjson.loads(text))


def is_instant(name: str) -> bool:
    return name == "at" or name.endswith("At")


@cache
def _parts(model: type[Part]) -> dict[str, type[Part]]:
    """The fields that hold objects, which the graph keeps as JSON texts."""
    found = ((field.alias or name, list(_parts_in(field.annotation))) for name, field in model.model_fields.items())
    return {name: parts[0] for name, parts in found if parts}


def _parts_in(annotation: Any) -> Iterator[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for argument in get_args(annotation):
        yield from _parts_in(argument)
