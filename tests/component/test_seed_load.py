"""A small chain in a graph: in bulk as by capture, twice as once, and cut off as whole."""

import hashlib
from datetime import date
from typing import Any

import orjson
import pytest

from auth.actor import Actor, Role
from graph import capture
from graph.capture import Options
from graph.engine.driver import Graph
from graph.statements import inline
from seed import load as loading
from seed.bulk import SeedConflict
from seed.load import Progress, load
from seed.portions import SeedFile
from seed.settings import SeedSettings
from tests import engines

SETTINGS = SeedSettings(600, date(2026, 6, 30))
# what tells one loading from another: times, audit entries, and how often a package was touched, which depends on the size of calls
_OF_THE_LOADING = {"recordedAt", "auditId", "touched"}

_NODES = inline(
    "tests/nodes", "MATCH (n) WHERE NOT n:Migration AND NOT n:AuditEntry RETURN labels(n) AS labels, properties(n) AS properties"
)
_EDGES = inline("tests/edges", "MATCH (a)-[e]->(b) RETURN a.id AS source, type(e) AS kind, properties(e) AS properties, b.id AS target")
_AUDITED = inline(
    "tests/audited", "MATCH (a:AuditEntry) UNWIND a.records AS record RETURN a.action AS action, count(DISTINCT record) AS records"
)


async def whole(graph: Graph) -> tuple[int, int, str]:
    """Nodes, edges, and a digest over all of them."""
    nodes = [row.data() for row in await graph.read(_NODES, None)]
    edges = [row.data() for row in await graph.read(_EDGES, None)]
    for node in nodes:
        node["properties"] = {name: value for name, value in node["properties"].items() if name not in _OF_THE_LOADING}
    texts = sorted(_text(one) for one in [*nodes, *edges])
    return len(nodes), len(edges), hashlib.sha256(b"\n".join(texts)).hexdigest()


def _text(row: dict[str, Any]) -> bytes:
    return orjson.dumps(row, option=orjson.OPT_SORT_KEYS)


async def audited(graph: Graph) -> dict[str, int]:
    return {row["action"]: row["records"] for row in await graph.read(_AUDITED, None)}


async def test_in_bulk_and_by_capture_give_the_same_graph(graph: Graph) -> None:
    in_bulk = await load(graph, SETTINGS)
    first, entries = await whole(graph), await audited(graph)
    await engines.wipe(graph)
    by_capture = await load(graph, SETTINGS, in_bulk=False)
    assert await whole(graph) == first
    assert await audited(graph) == entries
    assert (in_bulk.items, in_bulk.records) == (by_capture.items, by_capture.records)
    assert in_bulk.items == SETTINGS.items


async def test_loading_again_changes_nothing(graph: Graph) -> None:
    await load(graph, SETTINGS)
    first, entries = await whole(graph), await audited(graph)
    await load(graph, SETTINGS)
    assert await whole(graph) == first
    assert await audited(graph) == entries


async def test_loading_goes_on_where_it_was_cut_off(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    await load(graph, SETTINGS)
    first = await whole(graph)
    await engines.wipe(graph)

    class CutOff(Exception):
        pass

    whole_load = loading.load_packings
    calls = 0

    async def cut_off(*given: Any) -> int:
        nonlocal calls
        calls += 1
        stored = await whole_load(*given)
        if calls == 3:
            raise CutOff  # after its commit: the reply was lost
        return stored

    monkeypatch.setattr(loading, "load_packings", cut_off)
    with pytest.raises(CutOff):
        await load(graph, SETTINGS)
    assert await whole(graph) != first
    await load(graph, SETTINGS)
    assert await whole(graph) == first


async def test_another_chain_is_not_mixed_in(graph: Graph) -> None:
    await load(graph, SETTINGS)
    first = await whole(graph)
    with pytest.raises(SeedConflict, match="found records in the graph that are not those of 600 cans until 2026-07-01, seed 4971"):
        await load(graph, SeedSettings(600, date(2026, 7, 1)))
    assert await whole(graph) == first


async def test_a_chain_is_not_mixed_with_records_of_somebody(graph: Graph) -> None:
    await capture.capture_enterprises(graph, Actor("platform", Role.PLATFORM), [{"code": "REAL1", "name": "A real one"}], Options())
    first = await whole(graph)
    with pytest.raises(SeedConflict):
        await load(graph, SETTINGS)
    assert await whole(graph) == first


async def test_progress_and_documents(graph: Graph) -> None:
    told: list[Progress] = []
    kept: dict[str, bytes] = {}

    async def keep(file: SeedFile) -> None:
        kept[file.reference["sha256"]] = file.content

    last = await load(graph, SETTINGS, keep=keep, progress=told.append)
    assert [one.records for one in told] == sorted(one.records for one in told)
    assert told[-1].items == told[-1].of == 600
    assert last.records == told[-1].records > 600
    assert last.per_second > 0
    assert all(hashlib.sha256(content).hexdigest() == sha256 for sha256, content in kept.items())
    assert {content[:4] for content in kept.values()} == {b"%PDF", b"<svg"}
