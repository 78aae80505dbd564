"""In files a number alone stands for a record of one's own, where a field takes the IDs of one kind."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from api.exchange.records.kinds import RecordKind
from api.exchange.records.told import Told
from graph.model.identifiers import Kind, MalformedId, check_number, record_id

_IDS_ALONE = frozenset(
    {("shipment", "destination"), ("shipment", "packages"), ("receipt", "shipment"), ("receipt", "missing"), ("sale", "packages")}
)
"""What is as often another's, whose number may be one of one's own too."""


def with_own_ids(told: Told, owner: str) -> Told:
    """With IDs for the numbers. What is no number stays, for the record's check to tell."""
    kinds = _kinds_by_field(told.kind)
    if not owner or not kinds:
        return told
    changed: dict[str, object] = {}
    for name, value in told.fields.items():
        kind = kinds.get(name)
        if kind is None:
            continue
        if isinstance(value, list | tuple):
            entries: list[object] = list(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
            changed[name] = [_id(one, kind, owner) for one in entries]
        else:
            changed[name] = _id(value, kind, owner)
    return replace(told, fields={**told.fields, **changed}) if changed else told


def takes_numbers(kind: RecordKind, name: str) -> bool:
    """name: of a column."""
    return name in _kinds_by_field(kind)


@cache
def _kinds_by_field(kind: RecordKind) -> Mapping[str, Kind]:
    """By the names of the schema and of Python."""
    found = {
        column: column.kinds[0]
        for column in kind.columns.values()
        if len(column.kinds) == 1 and column.kinds[0] is not Kind.ENTERPRISE and (kind.name, column.name) not in _IDS_ALONE
    }
    return {name: named for column, named in found.items() for name in (column.name, column.field)}


def _id(value: object, kind: Kind, owner: str) -> object:
    if not isinstance(value, str) or "/" in value:
        return value
    try:
        return record_id(kind, owner, check_number(value))
    except MalformedId:
        return value
