"""Recording on both engines: what is stored, what is refused, and that the rest is stored."""

import json
from typing import Any

import pytest

from auth.actor import Actor
from graph import capture
from graph.capture import (
    Options,
    capture_batches,
    capture_enterprises,
    capture_farms,
    capture_ingredient_lots,
    capture_milk_deliveries,
    capture_products,
    capture_sites,
)
from graph.engine.driver import Graph
from graph.model.records.base import FileFacts
from tests.capturing import (
    CARRIER,
    CONSUMER,
    MAKER,
    PLATFORM,
    REGULATOR,
    ask,
    at,
    batch,
    check_digest,
    farm,
    lot,
    milk,
    ms,
    node,
    one,
    problems,
    product,
    site,
    statuses,
    totals,
    use,
)
from tests.pauses import longest_stretch

pytestmark = pytest.mark.anyio


async def test_a_record_is_a_node_with_its_content(graph: Graph) -> None:
    [made] = await capture_farms(graph, MAKER, [farm("批2013-010234")])
    assert (made.id, made.status) == ("farm/MAKER1/批2013-010234", "CREATED")
    stored = await node(graph, made.id)
    assert stored is not None
    expected = {
        "id": made.id,
        "owner": "MAKER1",
        "number": "批2013-010234",
        "name": "Green Hill",
        "address": "1 Pasture Road",
        "version": 1,
    }
    assert {name: stored[name] for name in expected} == expected
    assert stored["recordedBy"] == MAKER.subject
    assert abs(stored["recordedAt"] - capture.Options().now()) < 60_000
    [[entry]] = await ask(graph, "MATCH (a:AuditEntry) RETURN properties(a)")
    assert entry["id"] == stored["auditId"]
    assert entry["action"] == "recordFarms"
    assert (entry["actor"], entry["enterprise"], entry["role"]) == (MAKER.subject, "MAKER1", "ENTERPRISE")
    assert (entry["records"], entry["statuses"], entry["digests"]) == ([made.id], ["CREATED"], [stored["digest"]])


async def test_again_is_unchanged_and_writes_nothing(graph: Graph) -> None:
    records = [milk(departedAt=at(0), arrivalTemperatureC=4)]
    await capture_farms(graph, MAKER, [farm()])
    assert statuses(await capture_milk_deliveries(graph, MAKER, records)) == ["CREATED"]
    before = await totals(graph), await one(graph, "MATCH (a:AuditEntry) RETURN count(a)")
    same = [milk(quantityKg=12000.5, departedAt="2026-03-14T00:00:00Z", arrivalTemperatureC=4.0, departureTemperatureC=None)]
    assert statuses(await capture_milk_deliveries(graph, MAKER, same)) == ["UNCHANGED"]
    assert (await totals(graph), await one(graph, "MATCH (a:AuditEntry) RETURN count(a)")) == before


async def test_a_change_keeps_the_version_before(graph: Graph) -> None:
    await capture_farms(graph, MAKER, [farm("F1"), farm("F2")])
    first = milk(departureTemperatureC=3.5, milkSourceOrigin="Heilongjiang")
    await capture_milk_deliveries(graph, MAKER, [first])
    before = await node(graph, "milk/MAKER1/M1")
    assert statuses(await capture_milk_deliveries(graph, MAKER, [milk(farm="farm/MAKER1/F2", quantityKg=1)])) == ["UPDATED"]
    after = await node(graph, "milk/MAKER1/M1")
    assert before is not None
    assert after is not None
    assert (after["version"], after["quantityKg"], after["farm"]) == (2, "1", "farm/MAKER1/F2")
    assert "departureTemperatureC" not in after
    assert "milkSourceOrigin" not in after
    assert await ask(graph, "MATCH (f:Farm)-[:SUPPLIED]->(:MilkDelivery) RETURN f.id") == [["farm/MAKER1/F2"]]

    [[version]] = await ask(graph, "MATCH (v:RecordVersion) RETURN properties(v)")
    assert (version["id"], version["of"], version["version"]) == ("milk/MAKER1/M1@1", "milk/MAKER1/M1", 1)
    assert json.loads(version["content"]) == {
        "number": "M1",
        "farm": "farm/MAKER1/F1",
        "quantityKg": "12000.5",
        "arrivedAt": ms(60),
        "departureTemperatureC": 3.5,
        "milkSourceOrigin": "Heilongjiang",
    }
    assert {name: version[name] for name in ("digest", "recordedAt", "recordedBy", "auditId")} == {
        name: before[name] for name in ("digest", "recordedAt", "recordedBy", "auditId")
    }
    check_digest(version)
    again = await capture_milk_deliveries(graph, MAKER, [first])
    assert statuses(again) == ["UPDATED"]
    for [kept] in await ask(graph, "MATCH (v:RecordVersion) RETURN properties(v)"):
        check_digest(kept)
    assert await ask(graph, "MATCH (a:AuditEntry) UNWIND a.statuses AS s RETURN s, count(*) ORDER BY s") == [["CREATED", 3], ["UPDATED", 2]]


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"number": "F/1"}, "MALFORMED_NUMBER", "number"),
    ({"number": ""}, "MALFORMED_NUMBER", "number"),
    ({"number": "x" * 65}, "MALFORMED_NUMBER", "number"),
    ({"number": "farm/MAKER1/F9"}, "MALFORMED_NUMBER", "number"),
    ({"number": "farm/CARRY1/F9"}, "NOT_YOURS", "number"),
    ({"number": 7}, "MALFORMED_NUMBER", "number"),
    ({"name": " \t"}, "CONTROL_CHARACTER", "name"),
    ({"name": "  "}, "BLANK", "name"),
    ({"name": "a\x00b"}, "CONTROL_CHARACTER", "name"),
    ({"name": "half \ud83d"}, "CONTROL_CHARACTER", "name"),
    ({"name": "x" * 10_000_000}, "TOO_LONG", "name"),
    ({"name": None}, "MISSING", "name"),
    ({"colour": "green"}, "UNEXPECTED", "colour"),
]


async def test_each_wrong_record_is_refused_and_the_rest_stored(graph: Graph) -> None:
    sent = [farm("first"), *({**farm(f"F{place}"), **changes} for place, (changes, _, _) in enumerate(WRONG)), farm("last")]
    outcomes = await capture_farms(graph, MAKER, sent)
    assert statuses(outcomes) == ["CREATED", *["REJECTED"] * len(WRONG), "CREATED"]
    for place, (_, code, field) in enumerate(WRONG, start=1):
        assert problems(outcomes[place]) == [(code, f"records[{place}].{field}")]
        assert len(outcomes[place].id) <= 200
        assert all(len(problem.message) < 300 for problem in outcomes[place].problems)
        json.dumps([outcomes[place].id, *(problem.message for problem in outcomes[place].problems)], ensure_ascii=False).encode()
    assert await totals(graph) == (2, 0)


async def test_every_problem_of_a_record_is_told(graph: Graph) -> None:
    wrong = batch(
        productionDate="2026-13-01",
        startedAt="2026-03-14T08:00:00",
        yieldKg="0",
        inputs=[use("milk/M"), use("milk/MAKER1/M1", quantityKg=-1)],
    )
    [outcome] = await capture_batches(graph, MAKER, [wrong])
    assert problems(outcome) == [
        ("MALFORMED_DATE", "records[0].productionDate"),
        ("MALFORMED_TIME", "records[0].startedAt"),
        ("NOT_POSITIVE", "records[0].yieldKg"),
        ("MALFORMED_ID", "records[0].inputs[0].source"),
        ("NOT_POSITIVE", "records[0].inputs[1].quantityKg"),
    ]
    assert outcome.problems[1].message == "found '2026-03-14T08:00:00'; right is ISO 8601 with an offset, such as 2026-03-14T08:30:00+08:00"
    assert await totals(graph) == (0, 0)


async def test_times_out_of_order(graph: Graph) -> None:
    await capture_farms(graph, MAKER, [farm()])
    outcomes = await capture_milk_deliveries(graph, MAKER, [milk("late", departedAt=at(61)), milk("same", departedAt=at(60))])
    assert problems(outcomes[0]) == [("TIMES_OUT_OF_ORDER", "records[0].arrivedAt")]
    assert outcomes[0].problems[0].message == "found 2026-03-14T01:00:00Z; right is departedAt or later, which is 2026-03-14T01:01:00Z"
    assert outcomes[1].status == "CREATED"
    sent = [batch("B1", endedAt=at(59)), batch("B2", bestBefore="2026-03-13"), batch("B3", bestBefore="2026-03-14")]
    outcomes = await capture_batches(graph, MAKER, sent)
    assert [problems(outcome) for outcome in outcomes[:2]] == [
        [("TIMES_OUT_OF_ORDER", "records[0].endedAt")],
        [("TIMES_OUT_OF_ORDER", "records[1].bestBefore")],
    ]
    assert outcomes[2].status == "CREATED"


async def test_a_record_twice_in_a_call(graph: Graph) -> None:
    outcomes = await capture_farms(graph, MAKER, [farm("F1", name=""), farm("F1"), farm("F2"), farm("F1", name="Other"), farm("F1")])
    assert statuses(outcomes) == ["REJECTED", "REJECTED", "CREATED", "REJECTED", "REJECTED"]
    assert problems(outcomes[0]) == [("BLANK", "records[0].name")]
    for place in (1, 3, 4):
        assert problems(outcomes[place]) == [("DUPLICATE", f"records[{place}]")]
        assert "records[0]" in outcomes[place].problems[0].message
    composed = [farm("é", name=""), farm("e\u0301", name="")]
    assert [problems(outcome) for outcome in await capture_farms(graph, MAKER, composed)] == [
        [("BLANK", "records[0].name")],
        [("DUPLICATE", "records[1]"), ("BLANK", "records[1].name")],
    ]


async def test_a_record_twice_of_which_the_first_is_rejected_late(graph: Graph) -> None:
    outcomes = await capture_milk_deliveries(graph, MAKER, [milk("M1", farm="farm/MAKER1/NONE"), milk("M1", farm="farm/OTHER1/F1")])
    assert [problems(outcome) for outcome in outcomes] == [[("UNKNOWN_REFERENCE", "records[0].farm")], [("DUPLICATE", "records[1]")]]
    assert await totals(graph) == (0, 0)


async def test_numbers_that_are_none_are_no_duplicates(graph: Graph) -> None:
    outcomes = await capture_farms(graph, MAKER, [farm("a b"), farm("a b"), farm(""), farm("")])
    assert [outcome.id for outcome in outcomes] == ["farm/MAKER1/a b", "farm/MAKER1/a b", "records[2]", "records[3]"]
    assert {code for outcome in outcomes for code, _ in problems(outcome)} == {"MALFORMED_NUMBER"}


async def test_too_many_records(graph: Graph) -> None:
    with pytest.raises(capture.TooManyRecords, match="found 5,001 records; at most 5,000"):
        await capture_farms(graph, MAKER, [farm(str(number)) for number in range(5_001)])
    with pytest.raises(capture.TooManyRecords, match="found 3 entries in the lists of the records together; at most 2"):
        await capture_batches(graph, MAKER, [batch(inputs=[use("lot/CARRY1/L1")] * 3)], Options(listed=2))
    assert await capture_farms(graph, MAKER, []) == []
    assert await totals(graph) == (0, 0)


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [
        (Actor.ANONYMOUS, capture.NotSignedIn),
        (CONSUMER, capture.NotAllowed),
        (REGULATOR, capture.NotAllowed),
        (PLATFORM, capture.NotAllowed),
    ],
)
async def test_who_is_no_enterprise_records_nothing(graph: Graph, actor: Actor, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        await capture_farms(graph, actor, [farm()])
    assert await totals(graph) == (0, 0)


async def test_enterprises_are_the_platforms_and_amend_themselves(graph: Graph) -> None:
    names = [{"code": "MAKER1", "name": "Maker"}, {"code": "CARRY1", "name": "Carrier"}, {"code": "no", "name": "x"}]
    outcomes = await capture_enterprises(graph, PLATFORM, names)
    assert statuses(outcomes) == ["CREATED", "CREATED", "REJECTED"]
    assert problems(outcomes[2]) == [("MALFORMED_CODE", "records[2].code")]

    sent = [{"code": "MAKER1", "name": "Maker of formula"}, {"code": "CARRY1", "name": "Mine now"}, {"code": "NEWONE", "name": "Me too"}]
    outcomes = await capture_enterprises(graph, MAKER, sent)
    assert statuses(outcomes) == ["UPDATED", "REJECTED", "REJECTED"]
    assert problems(outcomes[1]) == [("FORBIDDEN", "records[1].code")]
    shapes = {outcome.problems[0].message.replace(outcome.id.split("/")[1], "…") for outcome in outcomes[1:]}
    assert len(shapes) == 1, "whether another enterprise exists shows"
    carrier = await node(graph, "enterprise/CARRY1")
    assert carrier is not None
    assert (carrier["name"], carrier["version"]) == ("Carrier", 1)
    with pytest.raises(capture.NotAllowed):
        await capture_enterprises(graph, REGULATOR, names)


async def test_an_enterprise_does_not_record_itself_first(graph: Graph) -> None:
    await capture_farms(graph, MAKER, [farm()])
    await capture_ingredient_lots(graph, CARRIER, [lot(supplier="enterprise/MAKER1")])
    [outcome] = await capture_enterprises(graph, MAKER, [{"code": "MAKER1", "name": "Maker"}])
    assert problems(outcome) == [("FORBIDDEN", "records[0].code")]
    assert await one(graph, "MATCH (e:Enterprise {id: 'enterprise/MAKER1'}) RETURN e.version IS NULL")


async def test_own_references_must_exist_and_others_are_kept(graph: Graph) -> None:
    outcomes = await capture_milk_deliveries(
        graph, MAKER, [milk("M1"), milk("M2", farm="farm/CARRY1/F7"), milk("M3", farm="lot/MAKER1/F1")]
    )
    assert problems(outcomes[0]) == [("UNKNOWN_REFERENCE", "records[0].farm")]
    assert problems(outcomes[2]) == [("WRONG_KIND", "records[2].farm")]
    assert outcomes[1].status == "CREATED"
    assert await node(graph, "farm/CARRY1/F7") == {"id": "farm/CARRY1/F7", "owner": "CARRY1"}

    assert statuses(await capture_farms(graph, CARRIER, [farm("F7")])) == ["CREATED"]
    come = await node(graph, "farm/CARRY1/F7")
    assert come is not None
    assert come["version"] == 1
    assert await one(graph, "MATCH (:Farm {id: 'farm/CARRY1/F7'})-[:SUPPLIED]->(m:MilkDelivery) RETURN m.id") == "milk/MAKER1/M2"


async def test_batches_may_refer_to_each_other_in_any_order(graph: Graph) -> None:
    sent = [
        batch("B1", inputs=[use("batch/MAKER1/B2")]),
        batch("B2", batchKind="INTERMEDIATE", inputs=[use("batch/MAKER1/B1", 100, rework=True)]),
        batch("B3", inputs=[use("batch/MAKER1/B4")]),
        batch("B4", inputs=[use("batch/MAKER1/B5")]),
        batch("B5", yieldKg="-3"),
        batch("B6", inputs=[use("batch/MAKER1/B6")]),
        batch("B7", product="P1"),
    ]
    outcomes = await capture_batches(graph, MAKER, sent)
    assert statuses(outcomes) == ["CREATED", "CREATED", *["REJECTED"] * 5]
    assert problems(outcomes[2]) == [("UNKNOWN_REFERENCE", "records[2].inputs[0].source")]
    assert "records[3] of this call and was rejected" in outcomes[2].problems[0].message
    assert "records[4] of this call and was rejected" in outcomes[3].problems[0].message
    assert problems(outcomes[5]) == [("IN_ITSELF", "records[5].inputs[0].source")]
    assert problems(outcomes[6]) == [("UNKNOWN_REFERENCE", "records[6].product")]
    assert await totals(graph) == (2, 2)


async def test_a_batch_with_its_inputs_and_product(graph: Graph) -> None:
    await capture_farms(graph, MAKER, [farm()])
    await capture_milk_deliveries(graph, MAKER, [milk()])
    await capture_ingredient_lots(
        graph, MAKER, [lot(supplier="enterprise/CARRY1", category="LACTOSE", mainIngredient=True, heatSensitive=False)]
    )
    await capture_products(graph, MAKER, [product()])
    inputs = [use("milk/MAKER1/M1", 60), use("lot/MAKER1/L1", 61), use("milk/MAKER1/M1", 62), use("batch/CARRY1/B9", 63, rework=True)]
    assert statuses(await capture_batches(graph, MAKER, [batch(product="P1", route="WET", inputs=inputs)])) == ["CREATED"]
    edges = "MATCH (s)-[u:CONSUMED_BY]->(b:ProductionBatch) RETURN u.line, s.id, u.at, u.quantityKg, u.rework ORDER BY u.line"
    assert await ask(graph, edges) == [
        [0, "milk/MAKER1/M1", ms(60), "10", False],
        [1, "lot/MAKER1/L1", ms(61), "10", False],
        [2, "milk/MAKER1/M1", ms(62), "10", False],
        [3, "batch/CARRY1/B9", ms(63), "10", True],
    ]
    assert await one(graph, "MATCH (:ProductionBatch)-[:MAKES]->(p) RETURN p.id") == "product/MAKER1/P1"
    assert await one(graph, "MATCH (e)-[:SUPPLIED]->(:IngredientLot) RETURN e.id") == "enterprise/CARRY1"
    stored = await node(graph, "batch/MAKER1/B1")
    assert stored is not None
    assert stored["product"] == "product/MAKER1/P1"
    assert [json.loads(text) for text in stored["inputs"]][3] == {
        "source": "batch/CARRY1/B9",
        "quantityKg": "10",
        "at": ms(63),
        "rework": True,
    }

    changed = batch(product="product/CARRY1/P7", inputs=inputs[1:2])
    assert statuses(await capture_batches(graph, MAKER, [changed])) == ["UPDATED"]
    assert await ask(graph, edges) == [[0, "lot/MAKER1/L1", ms(61), "10", False]]
    assert await ask(graph, "MATCH (:ProductionBatch)-[:MAKES]->(p) RETURN p.id") == [["product/CARRY1/P7"]]
    [[version]] = await ask(graph, "MATCH (v:RecordVersion) RETURN properties(v)")
    check_digest(version)


async def test_files_must_have_been_uploaded(graph: Graph) -> None:
    known, unknown = "ab" * 32, "cd" * 32

    async def files(asked: frozenset[str]) -> dict[str, FileFacts]:
        assert asked == {known, unknown}
        return {known: FileFacts("application/pdf", 1234)}

    sent = [
        product("P1", packagingArtwork={"name": "art.pdf", "sha256": known.upper()}),
        product("P2", packagingArtwork={"name": "art.pdf", "sha256": unknown}),
        product("P3", packagingArtwork={"name": "art.pdf", "sha256": "short"}),
    ]
    outcomes = await capture_products(graph, MAKER, sent, Options(files=files))
    assert statuses(outcomes) == ["CREATED", "REJECTED", "REJECTED"]
    assert problems(outcomes[1]) == [("UNKNOWN_FILE", "records[1].packagingArtwork.sha256")]
    assert problems(outcomes[2]) == [("MALFORMED_DIGEST", "records[2].packagingArtwork.sha256")]
    stored = await node(graph, "product/MAKER1/P1")
    assert stored is not None
    assert json.loads(stored["packagingArtwork"]) == {"name": "art.pdf", "mediaType": "application/pdf", "sha256": known, "size": 1234}
    two: dict[str, Any] = {
        "certificates": [{"name": "a", "sha256": known, "mediaType": "image/png", "size": 3}, {"name": "b", "sha256": unknown}]
    }
    [outcome] = await capture_ingredient_lots(graph, MAKER, [lot(**two)])
    assert problems(outcome) == [("UNKNOWN_FILE", "records[0].certificates[1].sha256")]


async def test_sites(graph: Graph) -> None:
    outcomes = await capture_sites(graph, MAKER, [site(), site("S2", siteKind="MOON")])
    assert outcomes[0].status == "CREATED"
    assert problems(outcomes[1]) == [("NOT_LISTED", "records[1].siteKind")]


async def test_a_chain_of_thousands_falls_at_once(graph: Graph) -> None:
    """Each batch uses the twenty before it, and the first one what does not exist."""
    chain = [batch("B0", inputs=[use("batch/MAKER1/NONE")])]
    chain += [batch(f"B{n}", inputs=[use(f"batch/MAKER1/B{before}") for before in range(max(0, n - 20), n)]) for n in range(1, 3_000)]
    outcomes, stretch = await longest_stretch(capture_batches(graph, MAKER, chain))
    assert statuses(outcomes) == ["REJECTED"] * 3_000
    assert "which is records[1979] of this call and was rejected" in outcomes[1999].problems[0].message
    assert stretch < 0.3
