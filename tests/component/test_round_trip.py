"""What is exported records the same again: every world, told, written to files, read by an empty system, is the same graph.

The empty system is here one of other codes: those in the files are replaced by others of the same length and order."""

import asyncio
import io
import itertools
import os
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import anyio.to_thread
import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from api.exchange.formats import Wanted, document_of
from api.exchange.importing import import_items
from api.exchange.outcomes import ItemOutcome
from api.exchange.packed import UnpackedLimits
from api.exchange.records.export import ExportFormat, file_of, records_of
from api.exchange.records.kinds import KINDS, RecordKind
from api.files import FileStore
from auth.actor import Actor, Duty, Role
from auth.scope import Scope
from graph.capture import Options, Status
from graph.engine.driver import Graph
from graph.export import Export
from graph.model.records.base import FileFacts
from tests.annexc import schema
from tests.capturing import CAPTURES, PLATFORM, ask, at, batch, case, farm, item, lot, milk, move, product, site, use
from tests.component.test_capture_worlds import tell
from tests.reference.calls import calls
from tests.reference.world import World, relabel
from tests.reference.worlds import SYMBOLS, worlds

pytestmark = pytest.mark.anyio
VALID = schema()
FORMS = [form for form in ExportFormat if not form.events]
EXAMPLES = 200 if os.environ.get("MILKLINE_HYPOTHESIS") == "deep" else 10
_fresh = itertools.count()
_LIMITS = UnpackedLimits(1 << 30, 200)
_OF_RECORDING = {"recordedAt", "recordedBy", "auditId", "version", "digest", "touched", "expected"}
_NODES = """
UNWIND $codes AS code
MATCH (n {owner: code})
WHERE NOT n:AuditEntry AND NOT n:RecordVersion AND NOT n:EpcisEvent AND NOT n:EventClock
RETURN labels(n), properties(n)
"""
_EDGES = """
UNWIND $codes AS code
MATCH (n {owner: code})-[e]->(m)
WHERE NOT type(e) IN ['TAKEN_OUT', 'QUERIED_AS', 'NAMES', 'UNTOLD_TO', 'UNTOLD_FROM', 'WAITS_FOR', 'DISCARDED']
AND NOT m:RecordVersion AND NOT n:RecordVersion
RETURN n.id, type(e), m.id, properties(e)
"""


def codes_of(letter: str, number: int) -> dict[str, str]:
    return {symbol: f"{symbol}{letter}{number:06}" for symbol in SYMBOLS}


async def shape(graph: Graph, codes: dict[str, str]) -> list[str]:
    """Every node and every edge, but for who recorded it and when; a sale goes by what it says, since its ID is a digest of that. What only
    captured events name has no record, and is no part of files of records."""
    given = list(codes.values())
    nodes = await ask(graph, _NODES, codes=given)
    edges = await ask(graph, _EDGES, codes=given)
    joined = {end for start, _, other, _ in edges for end in (start, other)}
    kept = [(labels, properties) for labels, properties in nodes if "version" in properties or properties.get("id") in joined]
    told = [repr((sorted(labels), _plain(properties, "Sale" in labels))) for labels, properties in kept]
    told += [repr((start, kind, end, _plain(properties, kind == "SOLD_AT"))) for start, kind, end, properties in edges]
    text = "\n".join(sorted(told))
    for symbol, code in codes.items():
        text = text.replace(code, symbol)
    return sorted(text.split("\n"))


def _plain(properties: dict[str, Any], of_sale: bool) -> list[tuple[str, Any]]:
    left_out = _OF_RECORDING | ({"id", "sale"} if of_sale else set[str]())
    return sorted((name, value) for name, value in properties.items() if name not in left_out and value is not None and value != [])


async def exported(graph: Graph, code: str, form: ExportFormat, kinds: Iterable[RecordKind] = KINDS.values()) -> bytes:
    pages = records_of(Export(graph, Scope.of(code), code), kinds)
    content = b"".join([piece async for piece in file_of(pages, form)])
    if form is ExportFormat.ANNEX_C:
        assert VALID.validate(etree.fromstring(content)), VALID.error_log
    return content


async def imported(
    graph: Graph, code: str, content: bytes, folder: Path, options: Options | None = None
) -> tuple[list[ItemOutcome], bytes]:
    """The outcomes, and the report."""
    actor, registrar = Actor(f"import:{code}", Role.ENTERPRISE, code, frozenset(Duty)), Actor("import", Role.PLATFORM)
    if not content.strip(b"\xef\xbb\xbf") or _has_no_sheet(content):
        return [], b""
    document = document_of(io.BytesIO(content), Wanted(), _LIMITS)
    recorder = document.recorder(graph, actor, options or Options(), FileStore(folder), registrar)
    report = io.BytesIO()
    return [outcome async for outcome in import_items(document.items(), recorder, document.report(report).add)], report.getvalue()


def _has_no_sheet(content: bytes) -> bool:
    return content.startswith(b"PK") and openpyxl.load_workbook(io.BytesIO(content), read_only=True).sheetnames == ["#"]


async def round_trip(graph: Graph, told: dict[str, str], empty: dict[str, str], form: ExportFormat, folder: Path) -> None:
    before = await shape(graph, told)
    moving, arriving = list(KINDS).index("aggregation"), list(KINDS).index("receipt")
    for kinds in (list(KINDS.values())[:moving], list(KINDS.values())[moving:arriving], list(KINDS.values())[arriving:]):
        files = {symbol: await exported(graph, code, form, kinds) for symbol, code in told.items()}
        for symbol, content in files.items():
            outcomes, _ = await imported(graph, told[symbol], content, folder)
            wrong = [outcome for outcome in outcomes if outcome.status is Status.REJECTED]
            assert not wrong, wrong
        assert await shape(graph, told) == before
        await sent_until_all_is_taken(graph, empty, {symbol: _renamed(content, told, empty) for symbol, content in files.items()}, folder)
    assert await shape(graph, empty) == before


async def sent_until_all_is_taken(graph: Graph, codes: dict[str, str], files: dict[str, bytes], folder: Path) -> None:
    """What one enterprise tells may need what another has told: reports are sent again until nothing is refused."""
    while files:
        reports = {symbol: await imported(graph, codes[symbol], content, folder) for symbol, content in files.items()}
        taken = [outcome for outcomes, _ in reports.values() for outcome in outcomes if outcome.status is not Status.REJECTED]
        files = {symbol: report for symbol, (_, report) in reports.items() if report}
        assert taken or not files, files


def _renamed(content: bytes, told: dict[str, str], empty: dict[str, str]) -> bytes:
    if content.startswith(b"PK"):
        written = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as renamed:
            for name in book.namelist():
                renamed.writestr(name, _renamed(book.read(name), told, empty))
        return written.getvalue()
    for symbol, code in told.items():
        content = content.replace(code.encode(), empty[symbol].encode())
    return content


@pytest.mark.parametrize("form", FORMS)
async def test_every_world_is_the_same_after_a_round_trip(graph: Graph, form: ExportFormat, tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()

    async def prove(world: World, arrival: int) -> None:
        number = next(_fresh)
        told, empty = codes_of("T", number), codes_of("E", number)
        for call in calls(relabel(world, told), arrival):
            await tell(graph, call)
        await round_trip(graph, told, empty, form, tmp_path)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),  # an example takes long enough to shrink by hand
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    @given(world=worlds(), arrival=st.integers(0, 2**16))
    def run(world: World, arrival: int) -> None:
        asyncio.run_coroutine_threadsafe(prove(world, arrival), loop).result()

    await anyio.to_thread.run_sync(run)


NASTY = '\'=光明, "a"; b\\ +1'
FILE = {"name": NASTY, "sha256": "0" * 64}
"""The engine keeps what the store tells of it."""


@pytest.mark.parametrize("form", FORMS)
async def test_every_field_is_the_same_after_a_round_trip(graph: Graph, form: ExportFormat, tmp_path: Path) -> None:
    async def stored(digests: frozenset[str]) -> dict[str, FileFacts]:
        return {digest: FileFacts("text/plain", 5) for digest in digests}

    number = next(_fresh)
    told, empty = {"A": f"AT{number:06}"}, {"A": f"AE{number:06}"}
    code, options = told["A"], Options(files=stored)
    actor = Actor("a", Role.ENTERPRISE, code, frozenset(Duty))
    share = {"ingredient": NASTY, "sharePercent": "99.5", "heatSensitive": False}
    phantom: dict[str, Any] = {
        "number": "H2",
        "origin": f"site/{code}/S2",
        "destination": f"site/{code}/S1",
        "departedAt": at(300),
        "packages": [f"package/{code}/C1"],
    }
    uses = [use(f"milk/{code}/M1", rework=True), use(f"batch/{code}/B2", 61), use(f"batch/{code}/B2", 62)]
    records: dict[str, list[dict[str, Any]]] = {
        "recordContactPersons": [{"name": NASTY, "position": "@b", "phone": "+86 10", "email": "a@b"}],
        "recordSites": [site("S1", address=NASTY), site("S2", name="-2+3")],
        "recordFarms": [farm(name=NASTY)],
        "recordProducts": [product(nutrition=f"{NASTY}\n\t=1\r\n+2", packagingArtwork=FILE, shelfLifeDays=730, brand="=")],
        "recordFormulas": [{"product": "P1", "formulaVersion": "-1", "shares": [share]}],
        "recordResearchRecords": [{"number": "R1", "product": "P1", "project": NASTY, "data": "=1\n"}],
        "recordIngredientLots": [lot(certificates=[FILE, FILE | {"name": "b"}], mainIngredient=True, heatSensitive=False)],
        "recordMilkDeliveries": [milk(farm=f"farm/{code}/F1", arrivalTemperatureC=-1.5, departureTemperatureC=4)],
        "recordBatches": [
            batch("B1", startedAt=at(60), inputs=uses),
            batch("B2", startedAt=at(60), product="P1", inputs=[use(f"lot/{code}/L1")], productInspectionReport=FILE),
            batch("B0", startedAt=at(30), inputs=[use(f"batch/{code}/B1", 62), use(f"milk/{code}/M1")]),
        ],
        "commissionPackages": [
            case("C1"),
            case("Z1", level="PALLET"),
            *(item(f"I{n}", batch=f"batch/{code}/B1", parent="C1", packedAt=at(120)) for n in range(3)),
            item("I4", batch=f"batch/{code}/B1"),
        ],
        "aggregatePackages": [
            move("ADD", "C1", ["I1"], 120),
            move("REMOVE", "C1", ["I1", "I2"], 130),
            move("ADD", "C1", ["I2"], 140),
            move("ADD", "Z1", ["C1"], 150),
        ],
        "dispatchShipments": [
            {
                "number": "H1",
                "origin": f"site/{code}/S1",
                "destination": f"site/{code}/S2",
                "departedAt": at(300),
                "packages": [f"package/{code}/Z1", "package/OTHER1/X9"],
            },
            phantom,
        ],
        "receiveShipments": [{"shipment": f"shipment/{code}/H1", "receivedAt": at(400), "missing": ["package/OTHER1/X9"]}],
        "recordSales": [{"store": f"site/{code}/S2", "packages": [f"package/{code}/I4"], "soldAt": at(500)}],
    }
    await CAPTURES["recordEnterprises"](graph, PLATFORM, [{"code": code, "name": NASTY, "integrityCertificate": FILE}], options)
    for mutation, sent in records.items():
        refused = [one for one in await CAPTURES[mutation](graph, actor, sent, options) if one.status is Status.REJECTED]
        assert not refused, (mutation, refused)
    await CAPTURES["dispatchShipments"](graph, actor, [phantom | {"packages": []}])
    before, content = await shape(graph, told), await exported(graph, code, form)
    kinds = {outcome.named["kind"] for outcome in (await imported(graph, code, content, tmp_path, options))[0]}
    assert kinds == KINDS.keys()
    outcomes, report = await imported(graph, empty["A"], _renamed(content, told, empty), tmp_path, options)
    assert not report, report.decode()
    assert await shape(graph, empty) == before
    assert await shape(graph, told) == before
    assert {one.status for one in (await imported(graph, empty["A"], _renamed(content, told, empty), tmp_path, options))[0]} <= {
        Status.UNCHANGED,
        Status.UPDATED,
    }
    assert len(outcomes) == sum(map(len, records.values())) + 1 + 2


async def test_nothing_of_another_comes_out(graph: Graph) -> None:
    actor = Actor("a", Role.ENTERPRISE, f"AX{next(_fresh):06}", frozenset(Duty))
    await CAPTURES["recordFarms"](graph, actor, [farm()])
    code = actor.enterprise or ""
    for scope in (Scope.NONE, Scope.of("OTHER1")):
        pages = records_of(Export(graph, scope, code), KINDS.values())
        assert [page async for page in pages] == []
