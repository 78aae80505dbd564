"""A large document is worked through beside the call that brought it, and its job ends with a word whatever becomes of the service."""

import signal
from pathlib import Path

import httpx2

from tests.component.test_epcis_custody import can
from tests.epcis import document, event
from tests.service import serving

LARGE = 20_000
"""Events: no machine is through with them when the call is answered."""


def large(count: int = LARGE) -> bytes:
    return document(*[event(epcList=[can(number)], bizStep="inspecting") for number in range(count)]).encode()


def test_a_large_document_is_worked_through_beside_the_call_and_a_service_that_ends_says_so(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as service:
        headers = service.headers("6901234") | {"GS1-Capture-Error-Behaviour": "proceed"}
        answer = httpx2.post(f"{service.url}/capture", content=large(), headers=headers, timeout=60)
        assert answer.status_code == 202
        location = answer.headers["location"]
        first = httpx2.get(f"{service.url}{location}", headers=headers, timeout=60).json()
        assert (first["running"], first["success"], "finishedAt" in first) == (True, True, False)
        service.process.send_signal(signal.SIGTERM)
        service.process.wait(60)
    with serving(tmp_path / "data") as again:
        job = httpx2.get(f"{again.url}{location}", headers=headers, timeout=60).json()
        assert (job["running"], job["success"], "finishedAt" in job) == (False, False, True)
        assert "the service ended while it worked on the document" in job["errors"][0]["detail"]
        assert 0 <= job["captured"] < LARGE
        [listed] = httpx2.get(f"{again.url}/capture", headers=headers, timeout=60).json()
        assert (listed["running"], listed["success"], listed["errorFile"]) == (False, False, location)
