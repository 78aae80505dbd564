"""The look-ups of consumers, as `graph.lookup` would have recorded them at their times."""

from typing import Any

from auth.scope import Scope
from graph.engine.driver import Graph, Transaction
from graph.model.identifiers import Kind, record_id
from graph.model.times import to_ms
from graph.statements import statement
from seed.bulk import fixed_ulid
from seed.portions import Record

_LOADED = statement("seed/looked_up")
_COUNT = statement("lookup/count")
_RECORD = statement("lookup/record")
_ATTACH = statement("lookup/attach")
_PLACES_KEPT = 64


async def load_look_ups(graph: Graph, enterprise: str, records: list[Record]) -> int:
    """Stores the look-ups of one enterprise's codes in one transaction; how many there are. Nothing is stored twice."""
    counts, queries = _rows(enterprise, records)

    async def work(tx: Transaction) -> None:
        if (await tx.run(_LOADED, Scope.of(enterprise), id=queries[0]["id"]))[0]["loaded"]:
            return
        await tx.run(_COUNT, Scope.NONE, rows=counts, placesKept=_PLACES_KEPT)
        await tx.run(
            _RECORD, Scope.NONE, queries=[{"id": query["id"], "properties": query["properties"], "displaced": ""} for query in queries]
        )
        await tx.run(_ATTACH, Scope.NONE, queries=[{"id": query["id"], "package": query["package"]} for query in queries])

    await graph.write(work)
    return len(queries)


def _rows(enterprise: str, records: list[Record]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """One row a code for its count, and one a look-up."""
    counts: list[dict[str, Any]] = []
    queries: list[dict[str, Any]] = []
    for record in records:
        package, looks = record["package"], record["looks"]
        code = f"{enterprise}.{package.rpartition('/')[2]}"
        places = list(dict.fromkeys(look["place"] for look in looks))
        counts.append({"id": code, "code": code, "n": len(looks), "firstAt": to_ms(looks[0]["at"]), "places": places, "query": None})
        for nth, look in enumerate(looks, 1):
            at = to_ms(look["at"])
            number = fixed_ulid(at, "look-up", code, nth)
            properties = {
                "owner": enterprise,
                "number": number,
                "version": 1,
                "recordedAt": at,
                "recordedBy": "look-up",
                "code": code,
                "time": at,
                "channel": look["channel"],
                "place": look["place"],
                "verdict": "AUTHENTIC",
                "count": nth,
            }
            queries.append({"id": record_id(Kind.CONSUMER_QUERY, enterprise, number), "package": package, "properties": properties})
    return counts, queries
