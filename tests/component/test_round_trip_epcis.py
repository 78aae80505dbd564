"""What EPCIS events made is exported as records that make the same graph again, uses without a mass among them."""

import asyncio
import itertools
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anyio.to_thread
import orjson
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from api.exchange.epcis.recording import Recorder
from api.exchange.records.export import ExportFormat
from auth.actor import Actor, Duty, Role
from graph.capture import Status
from graph.engine.driver import Graph
from tests.component.test_epcis_custody import BUYER, MAKER, PALLET, STORE, at, can, commissioned, lot, made, packed, shipped
from tests.component.test_round_trip import FORMS, exported, imported, round_trip
from tests.epcis import document, event, read

pytestmark = pytest.mark.anyio
EXAMPLES = 200 if os.environ.get("MILKLINE_HYPOTHESIS") == "deep" else 10
_fresh = itertools.count()
Told = tuple[Actor, dict[str, Any]]
CANS = st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True)
LOTS = st.sampled_from([lot("A1"), lot("A2"), lot("B1"), "urn:epc:class:lgtin:6909999.000001.M"])
HOURS = st.integers(1, 20)


@st.composite
def transformed(draw: st.DrawFn) -> dict[str, Any]:
    """Of lots with a mass, in pieces, or without either; or of what was packed."""
    outputs: list[dict[str, Any]] = [{"epcClass": lot(draw(st.sampled_from(["A1", "B1", "B2"])))}]
    joined = {"transformationID": "urn:epc:id:gdti:6901234.00001.1"} if draw(st.booleans()) else {}
    if draw(st.booleans()):
        return made(inputEPCList=[draw(st.sampled_from([PALLET, can(1), can(9)]))], outputQuantityList=outputs, hour=draw(HOURS), **joined)
    measures: dict[str, Any] = draw(st.sampled_from([{}, {"quantity": 5}, {"quantity": 0, "uom": "KGM"}, {"quantity": 2, "uom": "TNE"}]))
    sources = [{"epcClass": one, **measures} for one in draw(st.lists(LOTS, min_size=1, max_size=2, unique=True))]
    return made(hour=draw(HOURS), outputQuantityList=outputs, **joined) | {"inputQuantityList": sources}


MADE = st.one_of(
    st.builds(lambda cans, number, hour: commissioned(*cans, number=number, hour=hour), CANS, st.sampled_from([None, "A1", "A2"]), HOURS),
    st.builds(lambda cans, hour, action: packed(*cans, hour=hour, action=action), CANS, HOURS, st.sampled_from(["ADD", "DELETE"])),
    st.builds(shipped, st.sampled_from([PALLET, can(1)])),
    transformed(),
)
GOT = st.one_of(
    st.just(event(bizStep="receiving", epcList=[PALLET], readPoint={"id": STORE}, **at(12))),
    st.just(event(bizStep="retail_selling", epcList=[can(1)], bizLocation={"id": STORE}, **at(13))),
    st.builds(lambda hour: packed(1, hour=hour, action="DELETE"), st.integers(13, 20)),
)
EVENTS = st.lists(st.one_of(MADE.map(lambda one: (MAKER, one)), GOT.map(lambda one: (BUYER, one))), min_size=1, max_size=8)
WITHOUT_A_MASS: list[Told] = [
    (MAKER, made(outputQuantityList=[{"epcClass": lot("B1")}]) | {"inputQuantityList": [{"epcClass": lot("A1")}]})
]


async def captured(graph: Graph, told: Sequence[Told], codes: dict[str, str]) -> None:
    for actor, one in told:
        content = document(one)
        for before, code in zip((MAKER.enterprise, BUYER.enterprise), codes.values(), strict=True):
            content = content.replace(str(before), code)
        code = codes["M" if actor is MAKER else "B"]
        await Recorder(graph, Actor("sync", Role.ENTERPRISE, code, frozenset(Duty))).record(list(read(content)))


@pytest.mark.parametrize("form", FORMS)
async def test_what_events_made_is_the_same_after_a_round_trip(graph: Graph, form: ExportFormat, tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()

    async def prove(told: Sequence[Told]) -> None:
        number = next(_fresh)
        first, second = ({"M": f"{one}{number:05}", "B": f"{other}{number:05}"} for one, other in ((61, 62), (63, 64)))
        await captured(graph, told, first)
        await round_trip(graph, first, second, form, tmp_path)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    @example(WITHOUT_A_MASS)
    @given(EVENTS)
    def run(told: Sequence[Told]) -> None:
        asyncio.run_coroutine_threadsafe(prove(told), loop).result()

    await anyio.to_thread.run_sync(run)


async def test_a_mass_that_was_not_told_is_left_out_of_files_and_0_is_none(graph: Graph, tmp_path: Path) -> None:
    await captured(graph, WITHOUT_A_MASS, {"M": "6500001", "B": "6500002"})
    content = await exported(graph, "6500001", ExportFormat.NDJSON)
    [use] = next(record for record in map(orjson.loads, content.splitlines()) if record.get("inputs"))["inputs"]
    assert use.keys() == {"source", "at", "rework"}
    for mass in ("0", 0):
        batch = {"number": "B", "productionDate": "2026-03-14", "startedAt": use["at"], "endedAt": use["at"]}
        wrong = orjson.dumps({"kind": "batch", **batch, "inputs": [use | {"quantityKg": mass}]}) + b"\n"
        [outcome], _ = await imported(graph, "6500001", wrong, tmp_path)
        assert (outcome.status, [one.path for one in outcome.problems]) == (Status.REJECTED, ["inputs[0].quantityKg"])
