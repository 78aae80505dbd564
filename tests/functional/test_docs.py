"""Every GraphQL example of the documentation, and every document that one captures, as they stand; a shown answer has to be that one."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.epcis import finished
from tests.functional.examples import RECORDS, ROOT, Example, blocks, examples, pages
from tests.service import Service, serving

ASKING = [page for page in pages() if page != RECORDS and examples(page)]


async def run(service: Service, page: Path) -> None:
    """Asserts on all examples of a page, in their order; they build on each other."""
    for example in examples(page):
        if example.document is not None:
            _capture(service, example.document, example.actor)
            continue
        body = told(await service.post(example.actor, example.query, example.variables))
        codes = [error["extensions"]["code"] for error in body.get("errors", ())]
        assert codes[:1] == ([example.fails] if example.fails else []), f"{example.where}: {body}"
        if example.answer is not None:
            assert body == example.answer, f"{example.where} shows another answer"
        else:
            _check_stored(example, body)


def told(body: dict[str, Any]) -> dict[str, Any]:
    """Without where in the text an error lies."""
    for error in body.get("errors", ()):
        error.pop("locations", None)
    return body


def _check_stored(example: Example, body: dict[str, Any]) -> None:
    """An example without an answer beside it shows how it is done right: nothing of it is rejected."""
    for field in (body.get("data") or {}).values():
        outcomes = field.get("outcomes", ()) if isinstance(field, dict) else ()
        assert not [outcome for outcome in outcomes if outcome.get("status") == "REJECTED"], f"{example.where}: {body}"


@pytest.fixture(scope="module")
def uploaded(arcadedb_service: Service) -> None:
    """The file of the sync page, uploaded by its own shell lines where this machine can, else in the same way."""
    [lines] = [block.text for block in blocks(RECORDS) if block.language == "sh" and "$MILKLINE/files" in block.text]
    [shown] = [block.text for block in blocks(RECORDS) if block.language == "json" and '"mediaType"' in block.text]
    printed = re.search(r"printf '(.*)\\n' > report.txt", lines)
    assert printed
    content = f"{printed[1]}\n".encode()
    assert f'"sha256": "{hashlib.sha256(content).hexdigest()}"' in shown and f'"size": {len(content)}' in shown
    headers = {**arcadedb_service.headers("6904321"), "Content-Type": "text/plain"}
    answer = httpx2.post(f"{arcadedb_service.url}/files", content=content, headers=headers)
    assert answer.status_code == 201
    assert answer.text.replace(" ", "") == re.sub(r"\s", "", shown)


@pytest.fixture(scope="module")
async def recorded(arcadedb_service: Service, uploaded: None) -> None:
    """The chain of the sync page; its own examples are tested here."""
    await run(arcadedb_service, RECORDS)


@pytest.fixture(scope="module")
def captured(arcadedb_service: Service) -> dict[str, Any]:
    """The job of the document that the README imports."""
    return _capture(arcadedb_service, ROOT / "docs" / "examples" / "epcis.json", "6931234")


def _capture(service: Service, document: Path, enterprise: str) -> dict[str, Any]:
    headers = service.headers(enterprise)
    answer = httpx2.post(f"{service.url}/capture", content=document.read_bytes(), headers=headers, timeout=60)
    assert answer.status_code == 202
    job = finished(f"{service.url}{answer.headers['location']}", headers)
    assert job["success"]
    return job


async def test_the_records_that_the_other_pages_ask_about(recorded: None) -> None:
    assert examples(RECORDS)


@pytest.mark.parametrize("page", ASKING, ids=lambda page: str(page.relative_to(ROOT)))
async def test_examples(arcadedb_service: Service, recorded: None, captured: dict[str, Any], page: Path) -> None:
    await run(arcadedb_service, page)


def test_the_job_of_the_sync_page(tmp_path: Path) -> None:
    """It is as shown, but for what is shortened there; the first event's records are there. Of a service that knows none of the events."""
    [text] = [block.text for block in blocks(RECORDS) if block.language == "json" and '"captureID"' in block.text]
    shown: dict[str, Any] = json.loads(text)
    with serving(tmp_path) as service:
        job = _capture(service, ROOT / "docs" / "examples" / "epcis.json", "6931234")
    assert shown.keys() <= job.keys()
    assert {name: job[name] for name in shown if name not in {"captureID", "records"}} == {
        name: value for name, value in shown.items() if name not in {"captureID", "records"}
    }
    assert shown["records"][0].keys() == job["records"][0].keys()
    assert shown["records"][0]["records"] == job["records"][0]["records"]


def test_the_file_of_the_page_on_keys(arcadedb_service: Service, captured: dict[str, Any]) -> None:
    """It is recorded, and found by its label; with labels in it, it is refused, with the form of the ID."""
    [table] = [block.text for block in blocks(ROOT / "docs" / "reference" / "gs1-keys.md") if block.text.startswith("kind,number,level")]
    headers = arcadedb_service.headers("6931234")

    def imported(content: str) -> list[dict[str, Any]]:
        answer = httpx2.post(f"{arcadedb_service.url}/import", content=content, headers=headers, timeout=60)
        return [json.loads(line) for line in answer.text.splitlines()]

    assert imported(table)[-1]["created"] == 1
    label = "(01)06931234100027(21)K7"
    query = {"query": "query Label($id: ID!) { node(id: $id) { id } }", "variables": {"id": label}}
    found = httpx2.post(f"{arcadedb_service.url}/graphql", json=query, headers=headers, timeout=60).json()
    assert found["data"]["node"]["id"] == "package/6931234/06931234100027.K7"
    for said, code in (
        (("06931234100027.K7", label), "MALFORMED_NUMBER"),
        (("batch/6931234/06931234100027.B-0301", "(01)06931234100027(10)B-0301"), "MALFORMED_ID"),
    ):
        refused, ended = imported(table.replace(*said))
        assert (ended["rejected"], refused["problems"][0]["code"]) == (1, code)


def test_the_upload_of_the_sync_page_in_a_shell(arcadedb_service: Service, tmp_path: Path) -> None:
    """Where there is a shell with curl, the lines do what the page says."""
    [lines] = [block.text for block in blocks(RECORDS) if block.language == "sh" and "$MILKLINE/files" in block.text]
    assert "curl -s" in lines
    if shutil.which("curl") is None:
        return
    environment = {
        "PATH": "/usr/bin:/bin:/usr/local/bin",
        "MILKLINE": arcadedb_service.url,
        "TOKEN": arcadedb_service.token("6904321") or "",
    }
    ran = subprocess.run(["sh", "-euc", lines], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert '"mediaType":"text/plain"' in ran.stdout, ran.stderr
