"""Documents in the form of annex C are recorded: every kind as its mutation does, the standard's example as an item and its batch."""

from pathlib import Path

import pytest

from api.exchange.importing import import_items
from api.exchange.records.recording import RecordOutcome, RecordsRecorder
from api.files import FileStore
from auth.actor import Actor, Duty, Role
from graph.capture import NotSignedIn, Options, Status, capture_batches, capture_packed_items
from graph.engine.driver import Graph
from graph.statements import inline
from tests.annexc import PACKED, SAMPLE, document, farm, read

MAKER = Actor("sync@maker", Role.ENTERPRISE, "6904321", frozenset(Duty))
STORES = Actor("stores@maker", Role.ENTERPRISE, "6904321", frozenset({Duty.WAREHOUSE}))
_BATCHES = inline(
    "tests/batches",
    "MATCH (n:ProductionBatch) WHERE n.version IS NOT NULL "
    "RETURN n.id AS id, n.productionDate AS day, n.bestBefore AS until, n.startedAt AS began, n.endedAt AS ended ORDER BY id",
)
_ITEMS = inline(
    "tests/packed", "MATCH (b:ProductionBatch)-[e:PACKED_INTO]->(p:Package) RETURN b.id AS batch, p.id AS item, e.at AS at ORDER BY item"
)
_ALL = inline("tests/all", "MATCH (n) WHERE n.version IS NOT NULL RETURN n.id AS id")
ITEM, BATCH = "package/6904321/产品的标识编码", "batch/6904321/批2013-010234"
AT = 1_372_833_000_000


async def recorded(graph: Graph, content: str, tmp_path: Path, actor: Actor = MAKER) -> list[RecordOutcome]:
    recorder = RecordsRecorder(graph, actor, Options(), FileStore(tmp_path / "files"))
    return [outcome async for outcome in import_items(read(content), recorder)]


def packed(identifier: str, batch: str = "批2013-010234", day: str = "2013-07-03", minute: int = 30, more: str = "") -> str:
    fields = f"<batch><value>{batch}</value></batch><productionDate><value>{day}</value></productionDate>{more}"
    at = f"<packedAt><value>2013-07-03T14:{minute:02d}:00+08:00</value></packedAt>"
    return f"<record><header><identifier>{identifier}</identifier></header><metadata>{fields}{at}</metadata></record>"


async def told(graph: Graph, tmp_path: Path, *records: str) -> list[tuple[str | None, Status, list[str]]]:
    outcomes = await recorded(graph, document(*records, kind="chanpinpici"), tmp_path)
    return [(one.id, one.status, [f"{problem.code.value} {problem.path}" for problem in one.problems]) for one in outcomes]


async def test_who_may_not_record_batches_records_no_items_with_them(graph: Graph, tmp_path: Path):
    with pytest.raises(NotSignedIn):
        await capture_packed_items(graph, Actor.ANONYMOUS, [])
    [outcome] = await recorded(graph, PACKED, tmp_path, STORES)
    assert (outcome.status, [one.code.value for one in outcome.problems]) == (Status.REJECTED, ["FORBIDDEN"])
    assert await graph.administer(_ALL) == []


async def test_the_example_of_the_standard_lacks_when_the_item_was_packed(graph: Graph, tmp_path: Path):
    [outcome] = await recorded(graph, SAMPLE, tmp_path)
    assert (outcome.line, outcome.id, outcome.status) == (4, ITEM, Status.REJECTED)
    assert [(one.code.value, one.path) for one in outcome.problems] == [("MISSING", "packedAt")]
    assert await graph.administer(_ALL) == []


async def test_an_item_of_the_example_is_recorded_with_its_batch(graph: Graph, tmp_path: Path):
    [outcome] = await recorded(graph, PACKED, tmp_path)
    assert (outcome.id, outcome.kind, outcome.status, outcome.problems) == (ITEM, "chanpinpici", Status.CREATED, ())
    assert [list(row) for row in await graph.administer(_BATCHES)] == [[BATCH, "2013-07-03", "2015-07-03", AT, AT]]
    assert [list(row) for row in await graph.administer(_ITEMS)] == [[BATCH, ITEM, AT]]
    [again] = await recorded(graph, PACKED, tmp_path)
    assert (again.id, again.status) == (ITEM, Status.UNCHANGED)


async def test_the_code_of_an_item_is_read_in_each_of_its_forms(graph: Graph, tmp_path: Path):
    codes = ["6904321.CAN-1", "CAN-2", "(01)06904321000012(21)3", "urn:epc:id:sgtin:6904321.000001.4", "package/6904321/CAN-5"]
    wrong = ["package/6907654/CAN-1", "a/b", "(01)06904321000012"]
    outcomes = await told(graph, tmp_path, *(packed(code) for code in (*codes, *wrong)))
    names = ["CAN-1", "CAN-2", "06904321000012.3", "06904321000012.4", "CAN-5"]
    assert outcomes[:5] == [(f"package/6904321/{name}", Status.CREATED, []) for name in names]
    assert [problems for _, _, problems in outcomes[5:]] == [["MALFORMED_NUMBER identifier"]] * 3


async def test_what_contradicts_what_is_known_of_a_batch_is_refused(graph: Graph, tmp_path: Path):
    until = "<bestBefore><value>2015-07-02</value></bestBefore>"
    outcomes = await told(graph, tmp_path, packed("1"), packed("2", day="2013-07-04"), packed("3", minute=40))
    assert [problems for _, _, problems in outcomes] == [[], ["DUPLICATE productionDate"], []]
    assert (await told(graph, tmp_path, packed("4", day="2013-07-04")))[0][1:] == (Status.REJECTED, ["DUPLICATE productionDate"])
    assert (await told(graph, tmp_path, packed("5", more=until)))[0][1:] == (Status.CREATED, [])
    assert [row[2] for row in await graph.administer(_BATCHES)] == ["2015-07-02"], "the batch gained what it lacked"
    assert (await told(graph, tmp_path, packed("1", batch="另一批")))[0][1:] == (Status.REJECTED, ["DUPLICATE batch"])
    assert [row[1].rpartition("/")[2] for row in await graph.administer(_ITEMS)] == ["1", "3", "5"]


async def test_a_batch_that_is_recorded_keeps_what_went_into_it(graph: Graph, tmp_path: Path):
    times = {"startedAt": "2013-07-03T08:00:00+08:00", "endedAt": "2013-07-03T12:00:00+08:00"}
    source = {"source": "batch/OTHER1/B-1", "quantityKg": "5", "at": times["startedAt"]}
    await capture_batches(graph, MAKER, [{"number": "批2013-010234", "productionDate": "2013-07-03", "inputs": [source], **times}])
    assert (await told(graph, tmp_path, packed("1")))[0][1] is Status.CREATED
    used = inline("tests/used", "MATCH (a)-[e:CONSUMED_BY]->(b) RETURN a.id AS a, b.id AS b")
    assert [list(row) for row in await graph.administer(used)] == [["batch/OTHER1/B-1", BATCH]]
    [row] = await graph.administer(_BATCHES)
    assert (row[3], row[4]) == (AT - (6 * 60 + 30) * 60_000, AT - (2 * 60 + 30) * 60_000)


async def test_a_wrong_record_is_told_by_its_line_and_the_others_are_recorded(graph: Graph, tmp_path: Path):
    content = document(farm("1"), farm("2", more="<colour/>"), farm("3", name=" "), farm("4"))
    outcomes = await recorded(graph, content, tmp_path)
    assert [(one.line, one.status.value, [problem.code.value for problem in one.problems]) for one in outcomes] == [
        (3, "CREATED", []),
        (4, "REJECTED", ["UNEXPECTED"]),
        (5, "REJECTED", ["MISSING"]),
        (6, "CREATED", []),
    ]
    assert {row[0] for row in await graph.administer(_ALL)} == {"farm/6904321/1", "farm/6904321/4"}
