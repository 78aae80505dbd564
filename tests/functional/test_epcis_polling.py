"""Whoever asks again and again for what is new misses no event, while others capture."""

import re
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.conftest import ENGINES
from tests.epcis import document, event, finished
from tests.service import Service, serving

MAKER = "6901234"


@pytest.fixture(scope="module", params=ENGINES)
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    server = request.getfixturevalue("neo4j_server") if request.param == "neo4j" else None
    with serving(tmp_path_factory.mktemp("polling"), server) as running:
        yield running


def can(serial: str) -> str:
    return f"urn:epc:id:sgtin:6901234.000001.{serial}"


def capture(service: Service, *events: dict[str, Any]) -> None:
    answer = httpx2.post(f"{service.url}/capture", content=document(*events), headers=service.headers(MAKER), timeout=60)
    assert finished(f"{service.url}{answer.headers['location']}", service.headers(MAKER))["success"]


def told(service: Service, query: str) -> list[dict[str, Any]]:
    """Of all pages."""
    found: list[dict[str, Any]] = []
    address: str | None = f"/events?{query}"
    while address is not None:
        answer = httpx2.get(f"{service.url}{address}", headers=service.headers(MAKER), timeout=60)
        assert answer.status_code == 200, answer.text
        found += answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        following = re.match(r"<(.*?)>", answer.headers.get("link", ""))
        address = following and following[1]
    return found


@pytest.mark.parametrize("order", ["", "&orderBy=recordTime", "&orderBy=eventTime"])
def test_who_asks_for_what_is_new_misses_nothing(service: Service, order: str) -> None:
    """One captures many events at a time, of later times first; one single events; a third asks from the latest record time on."""
    name = re.sub("[^a-z]", "", order, flags=re.IGNORECASE)
    busy = threading.Event()

    def many() -> None:
        for n in range(3):
            hour = f"2026-03-14T{20 - n}:00:00Z"
            some = [can(f"{name}g{n}.{i}") for i in range(4_000)]
            capture(service, *[event(bizStep="inspecting", eventTime=hour, epcList=some[i * 10 : i * 10 + 10]) for i in range(400)])
        busy.set()

    def single() -> None:
        n = 0
        while not busy.is_set():
            capture(service, event(bizStep="picking", epcList=[can(f"{name}s{n}")]))
            n += 1

    writers = [threading.Thread(target=one) for one in (many, single)]
    service.headers(MAKER)
    seen = set[str]()
    last = "2026-01-01T00:00:00Z"
    for writer in writers:
        writer.start()
    writing = True
    while writing:
        writing = any(writer.is_alive() for writer in writers)
        new = told(service, f"perPage=100&GE_recordTime={last}{order}")
        seen |= {one["eventID"] for one in new}
        last = max([last, *(one["recordTime"] for one in new)])
        time.sleep(0.05)
    every = {one["eventID"] for one in told(service, "perPage=500")}
    assert len(every) >= 1_200
    assert every - seen == set()
