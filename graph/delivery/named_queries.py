"""Queries of captured events that an enterprise has named (EPCIS 2.0, 8.2.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from auth.actor import Actor
from auth.scope import Scope
from graph.engine.driver import Graph
from graph.model.times import now_ms
from graph.statements import statement

_MAKE = statement("named_queries/make")
_LISTED = statement("named_queries/listed")
_BY_NAME = statement("named_queries/by_name")
_REMOVE = statement("named_queries/remove")


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """text: a JSON object of its parameters. made_at: ms."""

    name: str
    text: str
    made_at: int


async def make(graph: Graph, actor: Actor, name: str, parameters: dict[str, str]) -> bool:
    """False where there is another query of this name; the same again is the same."""
    owner, text = actor.enterprise or "", orjson.dumps(parameters, option=orjson.OPT_SORT_KEYS).decode()
    query = {"id": _id(owner, name), "owner": owner, "name": name, "text": text, "madeAt": now_ms()}
    [row] = await graph.put(_MAKE, actor.scope, query=query)
    return row["text"] == text


async def listed(graph: Graph, actor: Actor) -> list[NamedQuery]:
    [row] = await graph.read(_LISTED, actor.scope)
    return list(map(_read, row[0]))


async def by_name(graph: Graph, scope: Scope, owner: str, name: str) -> NamedQuery | None:
    """None where that enterprise has none of this name, or is out of scope."""
    [row] = await graph.read(_BY_NAME, scope, id=_id(owner, name))
    return _read(row[0][0]) if row[0] else None


async def remove(graph: Graph, actor: Actor, name: str) -> bool:
    """Whether there was one."""
    [row] = await graph.put(_REMOVE, actor.scope, id=_id(actor.enterprise or "", name))
    return bool(row[0])


def _read(found: Mapping[str, Any]) -> NamedQuery:
    return NamedQuery(found["name"], found["text"], found["madeAt"])


def _id(owner: str, name: str) -> str:
    return f"named-query/{owner}/{name}"
