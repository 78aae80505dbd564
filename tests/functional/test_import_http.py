"""`POST /import`: who may, what the answer tells while it records, and where to go on from."""

import csv
import gzip
import io
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import openpyxl
import pytest
import zstandard

from tests.epcis import document, event
from tests.service import Service, serving

NDJSON = {"Content-Type": "application/x-ndjson"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    limits = {"MILKLINE_IMPORT_BYTES": "2000000", "MILKLINE_SUSPENSION_SECONDS": "0"}
    with serving(tmp_path_factory.mktemp("import"), environment=limits) as running:
        yield running


def send(service: Service, content: str | bytes, actor: str = "MAKER1", **more: Any) -> httpx2.Response:
    headers = service.headers(actor) | more.pop("headers", {})
    return httpx2.post(f"{service.url}/import", content=content, headers=headers, timeout=60, **more)


def told(answer: httpx2.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in answer.text.splitlines()]


def code(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]


def farms(prefix: str, count: int = 2, **more: Any) -> str:
    records = ({"kind": "farm", "number": f"{prefix}{n}", "name": "牧场", "address": "北京", **more} for n in range(count))
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [("PUBLIC", (401, "UNAUTHENTICATED")), ("CONSUMER", (403, "FORBIDDEN")), ("REGULATOR", (403, "FORBIDDEN"))],
)
def test_who_does_not_import(service: Service, actor: str, refusal: tuple[int, str]) -> None:
    assert code(send(service, farms("R"), actor)) == refusal


def test_the_platform_imports_enterprises_and_nothing_else(service: Service) -> None:
    content = '{"kind":"enterprise","code":"MAKER1","name":"Maker"}\n' + farms("P", 1)
    [refused, end] = told(send(service, content, "PLATFORM"))
    assert (refused["kind"], refused["problems"][0]["code"], refused["line"]) == ("farm", "FORBIDDEN", 2)
    assert (end["complete"], end["created"], end["rejected"], end["done"]) == (True, 1, 1, 2)
    assert code(send(service, document(event()), "PLATFORM")) == (403, "FORBIDDEN")


def test_records_and_events_are_imported_plain_and_packed(service: Service) -> None:
    content = farms("Z").encode()
    for packed in (content, gzip.compress(content), zstandard.compress(content)):
        [end] = told(send(service, packed, headers=NDJSON))
        assert (end["complete"], end["created"] + end["unchanged"], end["done"]) == (True, 2, 2)
    table = "number,name,address\nT1,牧场,北京\nT2,,\n".encode("gb18030")
    [refused, end] = told(send(service, table, headers={"Content-Type": "text/csv; charset=GB18030"}, params={"kind": "farm"}))
    assert ({problem["path"] for problem in refused["problems"]}, end["created"]) == ({"name", "address"}, 1)
    [noted, end] = told(send(service, document(event(bizStep="inspecting")), "6901234"))
    assert (noted["event"], end["created"], end["noted"]) == (0, 1, 1)


def test_headings_of_another_encoding_are_refused_in_words_that_can_be_sent(service: Service) -> None:
    table = "编号,牧场名称,牧场地址\nE1,青山牧场,内蒙古\n".encode("gb18030")
    answer = send(service, table, headers={"Content-Type": "text/csv"}, params={"encoding": "utf-8"})
    assert answer.status_code == 400, answer.text
    assert "found text in GB 18030 in a file of UTF-8" in answer.json()["errors"][0]["message"]


def test_a_row_of_another_encoding_can_be_read_in_the_report(service: Service) -> None:
    table = "编号,牧场名称,牧场地址\nE2,青山牧场,内蒙古\n".encode() + "E3,白山牧场,内蒙古\n".encode("gb18030")
    answer = send(service, table, params={"kind": "farm", "report": "csv"})
    assert "found text in GB 18030" not in (body := answer.content.decode("utf-8-sig"))
    assert '"E3","白山牧场","内蒙古","3"' in body
    assert "text in GB 18030 in a file of UTF-8" in body


def test_what_was_refused_comes_back_as_the_file_that_is_mended(service: Service) -> None:
    table = "number,name,address,#note\nQ1,牧场,北京,a\nQ2,,\"=cmd|' /C calc'!A0\",b\n"
    answer = send(service, table, params={"kind": "farm", "report": "csv"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    ended = json.loads(answer.headers["milkline-import"])
    assert (ended["complete"], ended["created"], ended["rejected"]) == (True, 1, 1)
    headings, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert headings == ["number", "name", "address", "#行号", "#列", "#问题", "#应为", "#code", "#field"]
    assert row[:6] == ["Q2", "", "'=cmd|' /C calc'!A0", "3", "牧场名称", "nothing"]
    assert row[7:] == ["MISSING", "name"]
    answer = send(service, table, params={"kind": "farm", "report": "xlsx"})
    book: Any = openpyxl.load_workbook(io.BytesIO(answer.content))
    cell = book.active["C2"]
    assert (cell.value, cell.data_type) == ("'=cmd|' /C calc'!A0", "s")
    book.active["B2"] = "牧场"
    mended = io.BytesIO()
    book.save(mended)
    [end] = told(send(service, mended.getvalue(), params={"kind": "farm"}))
    assert (end["complete"], end["created"]) == (True, 1)
    lines = send(service, farms("V", 1, address=""), params={"report": "ndjson"})
    assert json.loads(lines.text)["#problems"][0]["path"] == "address"
    cut = send(service, table[:-1], params={"kind": "farm", "report": "csv"})
    assert json.loads(cut.headers["milkline-import"])["error"]["code"] == "TRUNCATED"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_cells_beyond_the_headings_come_back_too_and_are_refused_again(service: Service, form: str) -> None:
    table = "number,name,address\nR1,牧场,青禾市,青山镇3号\n"
    for _ in range(2):
        answer = send(service, table, params={"kind": "farm", "report": form})
        assert json.loads(answer.headers["milkline-import"])["rejected"] == 1
        table = answer.content
    rows = csv.reader(io.StringIO(send(service, table, params={"kind": "farm", "report": "csv"}).content.decode("utf-8-sig")))
    assert "青山镇3号" in list(rows)[1]


def test_going_on_after_more_than_there_is_is_refused(service: Service) -> None:
    answer = send(service, farms("M", 2), params={"from": "3"})
    assert answer.status_code == 400
    assert "found from=3, and a file that ends after 2" in answer.text
    [end] = told(send(service, farms("M", 2), params={"from": "2"}))
    assert (end["complete"], end["done"], end["created"]) == (True, 2, 0)


@pytest.mark.parametrize(("form", "right"), [("xlsx", "ndjson"), ("", "ndjson"), ("json", "ndjson")])
def test_a_report_has_the_form_of_the_file(service: Service, form: str, right: str) -> None:
    answer = send(service, farms("N"), params={"report": form})
    assert code(answer) == (400, "BAD_USER_INPUT")
    assert answer.json()["errors"][0]["message"].endswith(f"right is {right}")


def test_a_file_is_gone_on_with(service: Service) -> None:
    [end] = told(send(service, farms("G", 10), params={"from": "7"}))
    assert (end["done"], end["created"]) == (10, 3)
    [end] = told(send(service, farms("G", 10)))
    assert (end["created"], end["unchanged"]) == (7, 3)


def test_what_was_recorded_before_a_file_broke_is_told(service: Service) -> None:
    cut = farms("C", 6_000)[:-5]
    *_, end = told(send(service, cut))
    assert (end["complete"], end["error"]["code"], end["done"], end["created"]) == (False, "TRUNCATED", 5_999, 5_999)
    packed = gzip.compress(farms("K", 6_000).encode(), 1)[:-3_000]
    *_, end = told(send(service, packed))
    assert (end["complete"], end["error"]["code"]) == (False, "TRUNCATED")
    assert 0 < end["done"] < 6_000
    [end] = told(send(service, farms("K", 6_000), params={"from": str(end["done"])}))
    assert (end["complete"], end["done"]) == (True, 6_000)


@pytest.mark.parametrize(
    ("content", "refusal", "message"),
    [
        (b"", (400, "DOCUMENT_REFUSED"), "UNKNOWN_FORMAT: found an empty file"),
        (b"PK\x03\x04", (400, "DOCUMENT_REFUSED"), "TRUNCATED: found a workbook that is broken off"),
        (b"BZh91AY", (400, "DOCUMENT_REFUSED"), "UNKNOWN_FORMAT: found a bzip2 file"),
        (b"hello", (400, "DOCUMENT_REFUSED"), "found a file that begins with b'hello'"),
        (b"number,name\n1,2", (400, "DOCUMENT_REFUSED"), "tell of no kind alone"),
        (b"x" * 2_000_001, (413, "BODY_TOO_LARGE"), "found more than 2,000,000 bytes"),
        (gzip.compress(b"number,name,address\n" + b"x" * 100_000_000), (400, "DOCUMENT_REFUSED"), "TOO_LARGE: found "),
    ],
)
def test_what_cannot_be_read_at_all_is_refused_by_the_status(
    service: Service, content: bytes, refusal: tuple[int, str], message: str
) -> None:
    answer = send(service, content)
    assert code(answer) == refusal
    assert message in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "wrong", [{"kind": "cow"}, {"format": "xls"}, {"format": "xlsx"}, {"encoding": "latin-1"}, {"from": "-1"}, {"form": "csv"}]
)
def test_wrong_parameters_are_told(service: Service, wrong: dict[str, str]) -> None:
    answer = send(service, farms("W"), params=wrong)
    assert code(answer) == (400, "DOCUMENT_REFUSED" if wrong == {"format": "xlsx"} else "BAD_USER_INPUT")
    assert "found" in answer.json()["errors"][0]["message"]


def test_a_call_that_breaks_off_records_nothing(service: Service) -> None:
    def broken() -> Iterator[bytes]:
        yield farms("B").encode()
        raise ConnectionError

    with pytest.raises(ConnectionError):
        send(service, broken())  # pyright: ignore[reportArgumentType]
    [end] = told(send(service, farms("B")))
    assert end["created"] == 2


def suspended(service: Service, enterprise: str) -> None:
    suspend = f'mutation {{ suspendEnterprise(code: "{enterprise}", reason: "checked") {{ __typename }} }}'
    answer = httpx2.post(f"{service.url}/graphql", json={"query": suspend}, headers=service.headers("PLATFORM")).json()
    assert "errors" not in answer, answer


def test_an_import_ends_when_its_enterprise_is_suspended(tmp_path: Path) -> None:
    """What was recorded until then stays, and the answer tells how much."""
    limits = {"MILKLINE_SUSPENSION_SECONDS": "0", "MILKLINE_RECORDS_PER_CALL": "50"}
    refused = '{"kind":"farm","number":"","name":"x","address":"x"}\n'
    with (
        serving(tmp_path, environment=limits) as service,
        httpx2.stream(
            "POST", f"{service.url}/import", content=refused + farms("L", 5_000), headers=service.headers("GONE02"), timeout=60
        ) as answer,
    ):
        lines = answer.iter_lines()
        assert json.loads(next(lines))["line"] == 1
        suspended(service, "GONE02")
        *_, end = map(json.loads, lines)
    assert (end["complete"], end["error"]["code"]) == (False, "ENTERPRISE_SUSPENDED")
    assert end["created"] == end["done"] - 1 < 5_000


def test_a_suspended_enterprise_imports_nothing(service: Service) -> None:
    told(send(service, '{"kind":"enterprise","code":"GONE01","name":"Gone"}\n', "PLATFORM"))
    suspended(service, "GONE01")
    assert code(send(service, farms("S"), "GONE01")) == (403, "ENTERPRISE_SUSPENDED")


def test_a_file_is_read_no_further_when_its_sender_has_left(tmp_path: Path) -> None:
    """Blank lines, of which nothing is told: the whole of them takes a minute and more."""
    packed = gzip.compress(b"\n" * 100_000_000, 1) * 40
    environment = {"MILKLINE_UNPACKED_RATIO": "10000", "MILKLINE_UNPACKED_BYTES": "9000000000"}
    with serving(tmp_path / "data", environment=environment) as service:
        headers = service.headers("MAKER1") | NDJSON
        with pytest.raises(httpx2.ReadTimeout):
            httpx2.post(f"{service.url}/import", content=packed, headers=headers, timeout=httpx2.Timeout(30, read=2))
        time.sleep(2)
        before = worked(service)
        time.sleep(1)
        assert worked(service) - before < 0.5
        with pytest.raises(httpx2.ReadTimeout):
            httpx2.post(f"{service.url}/import", content=packed, headers=headers, timeout=httpx2.Timeout(30, read=1))
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(25) is not None


def worked(service: Service) -> float:
    """Seconds of the processor."""
    fields = Path(f"/proc/{service.process.pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
