"""Inputs as plain mappings, for graph/capture."""

from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any, cast

from strawberry import UNSET

from graph.model.malformed import Malformed


def plain(value: object) -> Any:
    """Objects as dicts without what was not given; a value that could not be read stays `Malformed`."""
    if isinstance(value, list):
        return [plain(entry) for entry in cast("list[object]", value)]
    if is_dataclass(value) and not isinstance(value, (type, Malformed)):
        pairs = ((name, getattr(value, name)) for name in _names(type(value)))
        return {name: plain(entry) for name, entry in pairs if entry is not UNSET and entry is not None}
    return value


@lru_cache(maxsize=64)
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
