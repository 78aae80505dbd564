"""Random worlds told in the form of annex C are stored as those that the mutations tell, and the documents pass the schema."""

import asyncio
import io
import os
import re
from pathlib import Path

import anyio.to_thread
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from api.exchange.annex_c.writer import AnnexCWriter
from api.exchange.importing import import_items
from api.exchange.records.kinds import KINDS
from api.exchange.records.recording import RecordsRecorder
from api.exchange.records.told import Told
from api.files import FileStore
from auth.actor import Actor, Duty, Role
from graph.capture import Options, Status
from graph.engine.driver import Graph
from tests.annexc import read, schema
from tests.capturing import PLATFORM, ask
from tests.component.test_capture_worlds import codes_of, edges, tell
from tests.reference.calls import PLATFORM as THE_PLATFORM
from tests.reference.calls import RESOLVE, Call, calls
from tests.reference.world import World, relabel
from tests.reference.worlds import worlds

pytestmark = pytest.mark.anyio
EXAMPLES = 300 if os.environ.get("MILKLINE_HYPOTHESIS") == "deep" else 12
VALID = schema()
BY_MUTATION = {kind.mutation: kind for kind in KINDS.values()}
CONTENT = """
UNWIND $codes AS code
MATCH (n) WHERE n.owner = code AND n.version IS NOT NULL
RETURN labels(n) AS labels, properties(n) AS content
"""
_SALE = re.compile(r"sale/\w+/[0-9a-f]{32}")
OF_THE_TELLING = {"recordedAt", "recordedBy", "auditId", "digest", "touched"}


async def tell_in_xml(graph: Graph, call: Call, files: FileStore) -> None:
    if call.mutation == RESOLVE:
        return
    writer, kind = AnnexCWriter(), BY_MUTATION[call.mutation]
    content = writer.write(Told(kind, record) for record in call.records) + writer.end()
    assert VALID.validate(etree.parse(io.BytesIO(content))), VALID.error_log
    actor = PLATFORM if call.actor == THE_PLATFORM else Actor(f"sync@{call.actor}", Role.ENTERPRISE, call.actor, frozenset(Duty))
    recorder = RecordsRecorder(graph, actor, Options(), files)
    outcomes = [outcome async for outcome in import_items(read(content), recorder)]
    assert len(outcomes) == len(call.records)
    assert not [outcome for outcome in outcomes if outcome.status is Status.REJECTED]


async def contents(graph: Graph, codes: dict[str, str]) -> list[str]:
    """Of all records, under the names that they had before."""
    rows = await ask(graph, CONTENT, codes=list(codes.values()))
    found: list[str] = []
    for labels, content in rows:
        kept = sorted((name, value) for name, value in content.items() if name not in OF_THE_TELLING and value not in (None, []))
        text = repr((labels, kept))
        for symbol, code in codes.items():
            text = text.replace(code, symbol)
        found.append(_SALE.sub("sale/", text))  # named by a digest of the IDs in it
    return sorted(found)


async def compare(graph: Graph, world: World, arrival: int, files: FileStore) -> None:
    by_mutation, in_xml = codes_of("M"), codes_of("X")
    for call in calls(relabel(world, by_mutation), arrival):
        await tell(graph, call)
    for call in calls(relabel(world, in_xml), arrival):
        await tell_in_xml(graph, call, files)
    assert await edges(graph, in_xml) == await edges(graph, by_mutation)
    assert await contents(graph, in_xml) == await contents(graph, by_mutation)


async def test_worlds_told_in_xml_are_stored_as_by_the_mutations(graph: Graph, tmp_path: Path) -> None:
    loop, files = asyncio.get_running_loop(), FileStore(tmp_path / "files")

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    @given(world=worlds(), arrival=st.integers(0, 2**16))
    def prove(world: World, arrival: int) -> None:
        asyncio.run_coroutine_threadsafe(compare(graph, world, arrival, files), loop).result()

    await anyio.to_thread.run_sync(prove)
