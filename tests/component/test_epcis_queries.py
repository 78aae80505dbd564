"""Captured events in each order, page by page, whatever an index knows of what is asked for."""

from collections.abc import Mapping
from typing import Any

from api.exchange.epcis.queries import wanted_of
from auth.scope import Scope
from graph.capture import Status
from graph.engine.driver import Graph, observed
from graph.events.history import all_events
from graph.events.pages import events_found, events_page
from graph.events.stored import StoredEvent
from graph.events.wanted import Place
from graph.model.texts import instant_text
from tests.component.test_epcis_custody import BUYER, MAKER, can, capture
from tests.epcis import event

OWN = MAKER.scope


async def told(graph: Graph) -> None:
    """Twelve events of four times, captured in four calls, the later ones first; every third can has a weight."""
    for hour in (3, 2, 1, 0):
        some = [
            event(epcList=[can(hour * 10 + n)], eventTime=f"2026-03-14T0{hour}:00:00Z", bizStep="packing", readPoint=None) for n in range(3)
        ]
        assert {one.status for one in await capture(graph, *some)} == {Status.CREATED}
    await capture(graph, event(epcList=[can(1)]), actor=BUYER)


async def pages(graph: Graph, limit: int, given: Mapping[str, str], scanned: int | None = None) -> list[StoredEvent]:
    found: list[StoredEvent] = []
    after: Place | None = None
    while True:
        page = await events_found(graph, OWN, wanted_of(given.items()), limit, after, scanned=scanned)
        assert len(page.events) <= limit
        found += page.events
        after = page.following
        if after is None:
            return found


def cans(found: list[StoredEvent]) -> list[Any]:
    return [one.body["epcList"][0] for one in found]


async def test_every_order_and_condition_page_by_page(graph: Graph) -> None:
    await told(graph)
    orders: list[dict[str, str]] = [{}, *({"orderBy": by} for by in ("eventTime", "recordTime"))]
    for given in (*orders, {"orderBy": "recordTime", "orderDirection": "ASC"}):
        for more in ({}, {"MATCH_epc": "urn:epc:idpat:sgtin:6901234.000001.*"}, {"MATCH_epc": ",".join(map(can, (0, 11, 12, 31)))}):
            asked = {**given, **more}
            whole = await events_page(graph, OWN, wanted_of(asked.items()), 100)
            assert len(whole) == (4 if "," in more.get("MATCH_epc", "") else 12)
            keys = [(one.at if "recordTime" not in given.values() else one.recorded_at, one.id) for one in whole]
            assert keys == sorted(keys, reverse="orderBy" in given and "orderDirection" not in given)
            for limit, scanned in ((5, None), (1, None), (3, 4)):
                assert await pages(graph, limit, asked, scanned) == whole


async def test_bounds_of_both_times(graph: Graph) -> None:
    await told(graph)
    hour = {"GE_eventTime": "2026-03-14T01:00:00Z", "LT_eventTime": "2026-03-14T02:00:00Z"}
    assert sorted(cans(await pages(graph, 2, hour))) == sorted(map(can, (10, 11, 12)))
    assert sorted(cans(await pages(graph, 2, {"orderBy": "eventTime", **hour}))) == sorted(map(can, (10, 11, 12)))
    [first, *_] = await pages(graph, 100, {"orderBy": "recordTime", "orderDirection": "ASC"})
    assert await pages(graph, 5, {"LT_recordTime": "2026-01-01T00:00:00Z"}) == []
    later = instant_text(first.recorded_at + 1)
    assert len(await pages(graph, 5, {"GE_recordTime": later})) < 12
    assert len(await pages(graph, 5, {"GE_recordTime": instant_text(first.recorded_at)})) == 12


async def test_an_event_named_by_its_id_fulfils_the_rest_too(graph: Graph) -> None:
    await told(graph)
    ids = [one.event_id for one in await events_page(graph, OWN, wanted_of([]), 3)]
    some = {"EQ_eventID": ",".join(ids)}
    assert [one.event_id for one in await pages(graph, 1, some)] == ids
    assert len(await pages(graph, 1, {"EQ_bizStep": "packing", **some})) == 3
    for other in (
        {"EQ_bizStep": "shipping"},
        {"EQ_action": "ADD"},
        {"LT_eventTime": "2026-01-01T00:00:00Z"},
        {"EXISTS_errorDeclaration": ""},
    ):
        assert await pages(graph, 1, {**some, **other}) == []


async def test_a_part_of_a_hash_is_the_hash_of_no_event(graph: Graph) -> None:
    await told(graph)
    kept = (await events_page(graph, OWN, wanted_of([]), 1))[0].event_id
    digits = kept.removeprefix("ni:///sha-256;").removesuffix("?ver=CBV2.0")
    for right in (kept, f"ni:///sha-256;{digits}"):
        assert [one.event_id for one in await pages(graph, 1, {"EQ_eventID": right})] == [kept]
    for wrong in ("", digits[0], digits[:63], f"{digits}0", f"{digits}-", f"{digits}~", f"{digits}/", digits.upper() + "?ver=CBV2.0"):
        assert await pages(graph, 1, {"EQ_eventID": f"ni:///sha-256;{wrong}"}) == []


async def test_what_only_bodies_tell_is_looked_for_in_a_bounded_part(graph: Graph) -> None:
    await told(graph)
    nothing = wanted_of([("MATCH_epc", "urn:epc:idpat:sgtin:6901234.999999.*")])
    with observed() as seen:
        found = await events_found(graph, OWN, nothing, 2, scanned=3)
    assert (found.events, len(seen)) == ([], 1)
    assert found.following is not None
    assert (await events_found(graph, OWN, nothing, 20, found.following)).following is None


async def test_events_of_others_are_never_found(graph: Graph) -> None:
    await told(graph)
    for given in ({}, {"orderBy": "recordTime"}, {"MATCH_epc": can(1)}, {"EXISTS_errorDeclaration": ""}):
        assert await events_page(graph, Scope.NONE, wanted_of(given.items()), 10, owner=MAKER.enterprise) == []
        assert await events_page(graph, BUYER.scope, wanted_of(given.items()), 10, owner=MAKER.enterprise) == []


async def test_pages_are_short_where_events_are_long(graph: Graph) -> None:
    """Four events of 4 MB among ten small ones: as many as 10 MB hold come at once, and all of them in the end."""
    long: dict[str, Any] = {"@context": {"ex": "https://example.com/"}, "ex:text": "x" * 4_000_000}
    heavy: dict[int, dict[str, Any]] = dict.fromkeys((0, 3, 4, 9), long)
    some = [event(epcList=[can(n)], eventTime=f"2026-03-14T00:00:{n:02}Z", **heavy.get(n, {})) for n in range(10)]
    assert {one.status for one in await capture(graph, *some)} == {Status.CREATED}
    first = await events_found(graph, OWN, wanted_of([]), 500)
    assert cans(first.events) == [can(n) for n in range(4)]
    by_id = {"EQ_eventID": ",".join(one.event_id for one in await events_page(graph, OWN, wanted_of([]), 10))}
    for given in ({}, {"MATCH_epc": "urn:epc:idpat:sgtin:6901234.000001.*"}, {"MATCH_epc": ",".join(can(n) for n in range(10))}, by_id):
        found: list[StoredEvent] = []
        after: Place | None = None
        pages = 0
        while pages == 0 or after is not None:
            page = await events_found(graph, OWN, wanted_of(given.items()), 500, after)
            assert sum(len(str(one.body)) for one in page.events) <= 10_000_000
            found, after, pages = [*found, *page.events], page.following, pages + 1
        assert (cans(found), pages) == ([can(n) for n in range(10)], 2)
    none = wanted_of([("MATCH_epc", "urn:epc:idpat:sgtin:6901234.000002.*")])
    short = await events_found(graph, OWN, none, 500)
    assert (short.events, short.following is not None) == ([], True)
    assert cans([one async for page in all_events(graph, OWN, "6901234") for one in page]) == [can(n) for n in range(10)]
