"""Queries of captured events that an enterprise has named (EPCIS 2.0, 8.2.6)."""

from dataclasses import dataclass

import orjson

from auth.actor import Actor
from graph.engine.driver import Graph
from graph.model.times import now_ms
from graph.statements import statement

_MAKE = statement("named_queries/make")
_LISTED = statement("named_queries/listed")
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
    return [NamedQuery(one["name"], one["text"], one["madeAt"]) for one in row[0]]


async def remove(graph: Graph, actor: Actor, name: str) -> bool:
    """Whether there was one."""
    [row] = await graph.put(_REMOVE, actor.scope, id=_id(actor.enterprise or "", name))
    return bool(row[0])


def _id(owner: str, name: str) -> str:
    return f"named-query/{owner}/{name}"
