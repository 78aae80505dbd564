"""Look-ups that share a transaction, and what is said of a package of which little is known."""

import asyncio
import time
from datetime import UTC, date, datetime
from typing import Any

import pytest

from graph.capture import capture_batches, capture_packages, capture_products
from graph.engine.driver import Graph, observed
from graph.lineage.gaps import Limits
from graph.lookup import LookUps, Resolution, Suspicion
from graph.verdicts import OF_CONTAINERS, UNJUDGED, Verdict, best_before, judge
from tests.capturing import MAKER, batch, item, one, product
from tests.component.reading import OWN, link, properties, put

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def anybody(enterprise: str | None) -> None:
    """Everybody is admitted."""


def look_ups(graph: Graph, queries: int = 500) -> LookUps:
    return LookUps(graph, Suspicion(queries, 8), Limits())


async def looked_up(looks: LookUps, *numbers: str) -> list[Resolution]:
    return await asyncio.gather(*(looks.resolve(f"{OWN}.{number}", None, "app", None, anybody) for number in numbers))


async def stocked(graph: Graph) -> None:
    """Items G of a good batch, E of one whose shelf life no calendar holds, N of one that has not come; containers of each level."""
    await put(graph, properties(f"enterprise/{OWN}"), properties(f"product/{OWN}/P", shelfLifeDays=3_000_000))
    await put(graph, properties(f"batch/{OWN}/good"), properties(f"batch/{OWN}/eternal", productionDate="2026-01-01"))
    await put(graph, *(properties(f"package/{OWN}/{number}") for number in "GEN"))
    await put(graph, *(properties(f"package/{OWN}/{level}", level=level) for level in OF_CONTAINERS))
    await put(graph, {"id": f"batch/{OWN}/none"})
    await link(graph, "MAKES", [(f"batch/{OWN}/eternal", f"product/{OWN}/P")])
    packed = {"good": "G", "eternal": "E", "none": "N"}
    await link(graph, "PACKED_INTO", [(f"batch/{OWN}/{batch}", f"package/{OWN}/{item}") for batch, item in packed.items()], at=1)


async def test_a_record_that_cannot_be_judged_fails_no_look_up(graph: Graph) -> None:
    await stocked(graph)
    looks = look_ups(graph)
    found = await looked_up(looks, *["G", "E", "G"] * 20)
    assert {resolution.verdict for resolution in found} == {Verdict.AUTHENTIC}
    assert await one(graph, "MATCH (q:ConsumerQuery) RETURN count(q)") == 60
    eternal = next(resolution for resolution in found if resolution.code == f"{OWN}.E")
    assert eternal.trace is not None
    assert best_before(eternal.trace) is None


async def test_a_fault_of_one_look_up_is_its_own(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    await stocked(graph)

    def faulty(row: Any, today: date, now: int) -> Verdict:
        if row["id"] == f"package/{OWN}/E":
            raise ArithmeticError
        return judge(row, today, now)

    monkeypatch.setattr("graph.lookup.judge", faulty)
    looks = look_ups(graph)
    asked = [f"{OWN}.{number}" for number in "GEGEG"]
    found = await asyncio.gather(*(looks.resolve(code, None, None, None, anybody) for code in asked), return_exceptions=True)
    assert [isinstance(each, ArithmeticError) for each in found] == [False, True, False, True, False]
    assert await one(graph, "MATCH (q:ConsumerQuery) RETURN count(q)") == 3


async def test_an_item_whose_batch_has_not_come_is_not_activated(graph: Graph) -> None:
    await stocked(graph)
    [found] = await looked_up(look_ups(graph), "N")
    assert (found.verdict, found.message, found.trace) == (Verdict.NOT_ACTIVATED, UNJUDGED, None)


async def test_the_code_of_a_container_sends_on_to_the_code_of_the_can(graph: Graph) -> None:
    await stocked(graph)
    found = await looked_up(look_ups(graph), *OF_CONTAINERS)
    assert [(each.verdict, each.message) for each in found] == [(Verdict.AUTHENTIC, message) for message in OF_CONTAINERS.values()]


async def test_the_number_of_look_ups_decides_after_everything_else(graph: Graph) -> None:
    await stocked(graph)
    looks = look_ups(graph, queries=2)
    first, second, unjudged = [(await looked_up(looks, number))[0] for number in ("G", "G", "N")]
    assert (first.verdict, second.verdict) == (Verdict.AUTHENTIC, Verdict.SUSPICIOUS)
    assert [unjudged.verdict, (await looked_up(looks, "N"))[0].verdict] == [Verdict.NOT_ACTIVATED] * 2


@pytest.mark.parametrize("days", [1, 3_000_000, 10**12, -(10**9)])
def test_best_before_is_a_date_or_unknown(days: int) -> None:
    found = best_before({"bestBefore": None, "productionDate": "2026-01-01", "shelfLifeDays": days})
    assert found == ("2026-01-02" if days == 1 else None)
    row = {"known": True, "state": "COMMISSIONED", "packedAt": 0, "level": "ITEM", "batch": "b", "bestBefore": None}
    row |= {"productionDate": "2026-01-01", "shelfLifeDays": days}
    assert judge(row, NOW.date(), time.time_ns()) is (Verdict.EXPIRED if days == 1 else Verdict.AUTHENTIC)


# --- what is kept of codes that nobody knows, and what a look-up costs ---


async def kept(graph: Graph) -> tuple[int, int]:
    """Counts and records of look-ups."""
    return await one(graph, "MATCH (c:LookUpCount) RETURN count(c)"), await one(graph, "MATCH (q:ConsumerQuery) RETURN count(q)")


async def test_unknown_codes_take_a_bounded_place(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.lookup.UNKNOWN_KEPT", 5)
    await stocked(graph)
    looks = look_ups(graph)
    for _ in range(3):
        await looked_up(looks, *(f"none{number}" for number in range(40)))
    await asyncio.gather(*(looks.resolve(f"NOBODY{number}.1", None, None, None, anybody) for number in range(40)))
    assert await kept(graph) == (10, 10)
    assert await one(graph, "MATCH (c:LookUpCount) MATCH (q:ConsumerQuery {id: c.query}) RETURN count(q)") == 10
    known = [(await looked_up(looks, "G"))[0].query_count for _ in range(7)]
    assert (known, await kept(graph)) == ([1, 2, 3, 4, 5, 6, 7], (11, 17))


async def test_an_unknown_code_is_counted_until_another_takes_its_place(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.lookup.UNKNOWN_KEPT", 1)
    await stocked(graph)
    looks = look_ups(graph)
    first = [(await looked_up(looks, "none"))[0] for _ in range(3)]
    assert [each.query_count for each in first] == [1, 2, 3]
    assert len({each.first_queried_at for each in first}) == 1
    assert (await looked_up(looks, "other"))[0].query_count == 1
    assert (await looked_up(looks, "none"))[0].query_count == 1
    assert await kept(graph) == (1, 1)
    both = await looked_up(looks, "none", "other", "none")
    assert {each.verdict for each in both} == {Verdict.UNKNOWN_CODE}
    assert await kept(graph) == (1, 1)


async def test_every_verdict_runs_the_same_statements(graph: Graph) -> None:
    """But MALFORMED, which the form of a code tells."""
    await stocked(graph)
    states = {"V": {"state": "VOIDED"}, "R": {"state": "RECALLED"}, "A": {"state": "ALLOCATED"}, "S": {}, "X": {}}
    await put(graph, *(properties(f"package/{OWN}/{number}", **more) for number, more in states.items()))
    await put(graph, properties(f"batch/{OWN}/old", bestBefore="2020-01-01"))
    await link(graph, "PACKED_INTO", [(f"batch/{OWN}/old", f"package/{OWN}/X"), (f"batch/{OWN}/good", f"package/{OWN}/S")], at=1)
    looks = look_ups(graph, queries=2)
    await looked_up(looks, "S")
    ran: dict[Verdict, tuple[str, ...]] = {}
    for code in (*(f"{OWN}.{number}" for number in "GVRASX"), f"{OWN}.none", "NOBODY.1"):
        with observed() as seen:
            found = await looks.resolve(code, None, None, None, anybody)
        ran[found.verdict] = tuple(each.name for each in seen)
    assert ran.keys() == set(Verdict) - {Verdict.MALFORMED}
    assert set(ran.values()) == {("lookup/find", "lookup/count", "lookup/record", "lookup/attach")}


async def test_a_refusal_tells_nothing_of_the_code_and_leaves_no_trace(graph: Graph) -> None:
    await stocked(graph)
    asked: list[str | None] = []

    def nobody(enterprise: str | None) -> None:
        asked.append(enterprise)
        raise PermissionError

    for code in (f"{OWN}.G", f"{OWN}.none", "NOBODY.1"):
        with pytest.raises(PermissionError):
            await look_ups(graph).resolve(code, None, None, None, nobody)
    assert (asked, await kept(graph)) == ([OWN, OWN, None], (0, 0))


async def test_an_enterprise_that_is_not_registered(graph: Graph) -> None:
    """What it recorded is answered without its name; of anything else its code is as unknown as a made-up one."""
    await capture_products(graph, MAKER, [product()])
    await capture_batches(graph, MAKER, [batch()])
    await capture_packages(graph, MAKER, [item()])
    known, unknown = [await look_ups(graph).resolve(f"MAKER1.{number}", None, None, None, anybody) for number in ("I1", "NONE")]
    assert known.trace is not None
    assert (known.verdict, known.trace["enterpriseName"]) == (Verdict.AUTHENTIC, None)
    assert unknown.verdict is Verdict.UNKNOWN_ENTERPRISE
    assert (await look_ups(graph).resolve("ＭＡＫＥＲ１．Ｉ１", None, None, None, anybody)).code == "MAKER1.I1"
