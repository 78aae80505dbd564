"""`GET /export` and `milkline export`: who may, that it is in the access log, and that it imports into an empty folder."""

import base64
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import openpyxl
import pytest

from api.files import FileStore
from auth.actor import Actor, Duty, Role
from auth.keys import load_keys
from auth.tokens import Tokens
from tests.epcis import document, event
from tests.service import Service, milkline, serving

RECORDS: list[dict[str, Any]] = [
    {"kind": "contact_person", "name": "王芳"},
    {"kind": "farm", "number": "F1", "name": "=1+1", "address": "北京"},
    {"kind": "product", "code": "P1", "name": "奶粉", "netContentGrams": "800"},
    {"kind": "formula", "product": "product/MAKER1/P1", "formulaVersion": "1", "shares": [{"ingredient": "乳糖", "sharePercent": "50"}]},
]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("export"), environment={"MILKLINE_REASON_REQUIRED": "true"}) as running:
        content = "".join(json.dumps(record) + "\n" for record in RECORDS)
        answer = httpx2.post(f"{running.url}/import", content=content, headers=running.headers("MAKER1"), timeout=60)
        assert json.loads(answer.text.splitlines()[-1])["created"] == 4, answer.text
        yield running


def export(service: Service, actor: str, headers: dict[str, str] | None = None, **parameters: Any) -> httpx2.Response:
    given = {"format": "ndjson"} | parameters
    return httpx2.get(f"{service.url}/export", params=given, headers=service.headers(actor) | (headers or {}), timeout=60)


def code(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [("PUBLIC", (401, "UNAUTHENTICATED")), ("CONSUMER", (403, "FORBIDDEN")), ("PLATFORM", (403, "FORBIDDEN"))],
)
def test_who_does_not_export(service: Service, actor: str, refusal: tuple[int, str]) -> None:
    assert code(export(service, actor)) == refusal


def test_no_enterprise_exports_another(service: Service) -> None:
    assert code(export(service, "OTHER1", enterprise="MAKER1")) == (403, "FORBIDDEN")
    assert export(service, "OTHER1").text == ""


@pytest.mark.parametrize("code_", ["乳业", "a\r\nX-Evil: 1", 'MAKER1"; x="', "maker1", "", ["MAKER1", "OTHER1"]])
def test_no_code_of_an_enterprise_is_refused_and_never_becomes_a_header(service: Service, code_: str | list[str]) -> None:
    answer = export(service, "REGULATOR", {"Milkline-Reason": "inspection"}, kind="farm", enterprise=code_)
    assert code(answer) == (400, "BAD_USER_INPUT")
    assert "; right is" in answer.json()["errors"][0]["message"] or "; an enterprise code is" in answer.json()["errors"][0]["message"]
    assert code(export(service, "REGULATOR", {"Milkline-Reason": "inspection"}, kind="farm")) == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize("wrong", [{"format": "xls"}, {"kind": "cow"}, {"page": "2"}])
def test_wrong_parameters_are_told(service: Service, wrong: dict[str, str]) -> None:
    answer = export(service, "MAKER1", None, **wrong)
    assert code(answer) == (400, "BAD_USER_INPUT")
    assert "; right is" in answer.json()["errors"][0]["message"]


def test_what_a_duty_does_not_read_is_refused_and_not_left_out(service: Service) -> None:
    token = Tokens(load_keys(service.data).signing).mint(Role.ENTERPRISE, "MAKER1", "job", 3600, [Duty.SYNC])
    headers = {"Authorization": f"Bearer {token}"}
    refused = export(service, "PUBLIC", headers)
    assert code(refused) == (403, "FORBIDDEN")
    assert "by which contact_person, formula, research_record are not exported; right is kind=…" in refused.json()["errors"][0]["message"]
    allowed = export(service, "PUBLIC", headers, kind=["farm", "product"])
    assert [json.loads(line)["kind"] for line in allowed.text.splitlines()] == ["farm", "product"]


def test_all_of_it_comes_in_the_order_of_import(service: Service) -> None:
    assert sorted(map(repr, map(json.loads, export(service, "MAKER1").text.splitlines()))) == sorted(map(repr, RECORDS))
    table = export(service, "MAKER1", format="csv")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.content.startswith(b"\xef\xbb\xbf")
    assert '"farm","F1","\'=1+1","北京"\r\n' in table.text
    book = export(service, "MAKER1", format="xlsx")
    assert book.headers["content-disposition"] == 'attachment; filename="MAKER1.xlsx"'
    sheets: Any = openpyxl.load_workbook(io.BytesIO(book.content))
    assert sheets.sheetnames == ["联系人", "牧场", "产品", "产品配方"]
    assert list(sheets["牧场"].values) == [("编号", "牧场名称", "牧场地址"), ("F1", "'=1+1", "北京")]
    for content in (export(service, "MAKER1").content, table.content, book.content):
        answer = httpx2.post(f"{service.url}/import", content=content, headers=service.headers("MAKER1"), timeout=60)
        assert json.loads(answer.text)["unchanged"] == 4


def test_reading_is_in_the_log_of_who_owns_it(service: Service) -> None:
    assert code(export(service, "REGULATOR", enterprise="MAKER1", kind="farm")) == (403, "REASON_REQUIRED")
    reason = {"Milkline-Reason": "inspection"}
    assert code(export(service, "REGULATOR", reason, enterprise="MAKER1", kind="formula")) == (403, "FORBIDDEN")
    answer = export(service, "REGULATOR", reason, enterprise="MAKER1", kind="farm")
    assert json.loads(answer.text)["number"] == "F1"
    export(service, "MAKER1", kind="formula")
    query = "{ accessLog(first: 20) { edges { node { operation reason role fields } } } }"
    told = httpx2.post(f"{service.url}/graphql", json={"query": query}, headers=service.headers("MAKER1")).json()
    nodes = [edge["node"] for edge in told["data"]["accessLog"]["edges"]]
    assert {"operation": "export", "reason": "inspection", "role": "REGULATOR", "fields": []} in nodes
    assert any(node["fields"] == ["Product.formula"] and node["role"] == "ENTERPRISE" for node in nodes)


def of_file(content: bytes) -> dict[str, str]:
    return {"name": "证明.txt", "sha256": hashlib.sha256(content).hexdigest()}


LARGE = bytes(range(256)) * 8_000
CERTIFICATE, ARTWORK, LICENCE = b"a certificate", LARGE, b"a licence"


def test_files_travel_with_an_export(tmp_path: Path) -> None:
    """An empty folder has the bytes after it, and what is cut or of other bytes is refused."""
    certified = {"name": "乳糖", "quantityKg": "500", "receivedAt": "2026-03-01T08:00:00+08:00", "certificates": [of_file(CERTIFICATE)]}
    content: list[dict[str, Any]] = [
        {"kind": "enterprise", "code": "MAKER1", "name": "Maker", "integrityCertificate": of_file(LICENCE)},
        {"kind": "product", "code": "P1", "name": "奶粉", "netContentGrams": "800", "packagingArtwork": of_file(ARTWORK)},
        *({"kind": "ingredient_lot", "number": number, **certified} for number in ("L1", "L2")),
    ]
    first, second = FileStore(tmp_path / "first" / "files"), FileStore(tmp_path / "second" / "files")
    for one in (CERTIFICATE, ARTWORK, LICENCE):
        for actor in (Actor("a", Role.ENTERPRISE, "MAKER1"), Actor("p", Role.PLATFORM)):
            first.put("text/plain", one, actor)
    (tmp_path / "told.ndjson").write_text("".join(json.dumps(record) + "\n" for record in content))
    own = ("--enterprise", "MAKER1", "--data")
    assert milkline("import", tmp_path / "told.ndjson", *own, tmp_path / "first").returncode == 0

    bare = milkline("export", *own, tmp_path / "first", "--format", "ndjson").stdout
    assert '"kind":"file"' not in bare
    refused = milkline("export", *own, tmp_path / "first", "--format", "csv", "--files")
    assert "found --files with --format csv; right is ndjson" in refused.stderr
    packed = tmp_path / "all.ndjson"
    ended = milkline("export", *own, tmp_path / "first", "--format", "ndjson", "--files", "-o", packed)
    assert (ended.returncode, ended.stderr.strip()) == (0, "4 records of MAKER1")
    lines = packed.read_text().splitlines()
    kinds = [json.loads(line)["kind"] for line in lines]
    assert kinds == ["file", "enterprise", *["file"] * 3, "product", "file", "ingredient_lot", "ingredient_lot"]
    assert max(map(len, lines)) < 1_100_000

    broken = tmp_path / "broken.ndjson"
    cut = [*lines[:3], *lines[4:6]]
    damaged = json.loads(lines[6]) | {"base64": base64.b64encode(b"a certificat!").decode()}
    wrong = [damaged, {"kind": "file", "sha256": "0" * 64}, json.loads(lines[6]) | {"mediaType": "text/html"}]
    broken.write_text("\n".join([*cut, *map(json.dumps, wrong), lines[7]]) + "\n")
    ended = milkline("import", broken, *own, tmp_path / "second", "--report", tmp_path / "refused.ndjson")
    assert ended.returncode == 1
    problems = [json.loads(line)["#problems"][0] for line in (tmp_path / "refused.ndjson").read_text().splitlines()]
    assert [(one["code"], one["path"]) for one in problems] == [
        ("MALFORMED", "offset"),
        ("UNKNOWN_FILE", "packagingArtwork.sha256"),
        ("MALFORMED", "sha256"),
        ("MISSING", "mediaType"),
        ("NOT_LISTED", "mediaType"),
        ("UNKNOWN_FILE", "certificates[0].sha256"),
    ]
    assert all("; right is" in one["message"] or "right is a value" in one["message"] for one in problems)

    assert milkline("import", packed, *own, tmp_path / "second").returncode == 0
    for one in (CERTIFICATE, ARTWORK, LICENCE):
        kept = second.kept(hashlib.sha256(one).hexdigest())
        assert kept is not None and (kept.size, kept.media_type, kept.public) == (len(one), "text/plain", True)
        assert second.path(kept.sha256).read_bytes() == one
    assert not list((tmp_path / "second" / "files").rglob("*.begun"))
    again = milkline("import", packed, *own, tmp_path / "second")
    assert again.stdout.strip() == "0 records created, 0 amended, 9 known before, 0 refused"
    assert milkline("export", *own, tmp_path / "second", "--format", "ndjson", "--files").stdout == packed.read_text()


def test_files_travel_over_http(service: Service) -> None:
    content = b"a report of the export test"
    headers = service.headers("FILED1") | {"Content-Type": "text/plain"}
    assert httpx2.post(f"{service.url}/files", content=content, headers=headers).status_code == 201
    record = {"kind": "product", "code": "P1", "name": "奶粉", "netContentGrams": "800", "packagingArtwork": of_file(content)}
    told = httpx2.post(f"{service.url}/import", content=json.dumps(record) + "\n", headers=service.headers("FILED1"), timeout=60)
    assert json.loads(told.text)["created"] == 1
    answer = export(service, "FILED1", files="true")
    piece, _ = (json.loads(line) for line in answer.text.splitlines())
    assert (piece["kind"], base64.b64decode(piece["base64"]), piece["size"]) == ("file", content, len(content))
    half = json.dumps(piece | {"base64": base64.b64encode(content[:6]).decode()}) + "\n"
    for broken in (half, half + json.dumps(record | {"packagingArtwork": None}) + "\n"):
        refused = httpx2.post(f"{service.url}/import?report=ndjson", content=broken, headers=service.headers("FILED3"), timeout=60)
        problems = [one for line in refused.text.splitlines() for one in json.loads(line).get("#problems", ())]
        found = f"found 6 of {len(content)} bytes, and no further piece after it; right is all of the file, one piece after the other"
        assert (problems[0]["code"], problems[0]["path"], problems[0]["message"]) == ("MALFORMED", "size", found)
    none = json.dumps(piece | {"base64": "!!!"}) + "\n"
    refused = httpx2.post(f"{service.url}/import?report=ndjson", content=none, headers=service.headers("FILED3"), timeout=60)
    [problem] = json.loads(refused.text)["#problems"]
    assert (problem["code"], problem["path"]) == ("MALFORMED", "base64")
    assert problem["message"].startswith("found '!!!', which is no Base64; right is the bytes of the piece in Base64")
    other = httpx2.post(f"{service.url}/import", content=answer.content, headers=service.headers("FILED2"), timeout=60)
    assert json.loads(other.text)["created"] == 2
    for wrong in ({"files": "yes"}, {"files": "true", "format": "csv"}):
        assert code(export(service, "FILED1", None, **wrong)) == (400, "BAD_USER_INPUT")


def test_an_export_imports_into_an_empty_folder(tmp_path: Path) -> None:
    content = [{"kind": "enterprise", "code": "MAKER1", "name": "Maker"}, *RECORDS]
    (tmp_path / "told.ndjson").write_text("".join(json.dumps(record) + "\n" for record in content))
    own = ("--enterprise", "MAKER1", "--data")
    assert milkline("import", tmp_path / "told.ndjson", *own, tmp_path / "first").returncode == 0
    for form in ("ndjson", "csv", "xlsx"):
        file = tmp_path / f"all.{form}"
        ended = milkline("export", *own, tmp_path / "first", "--format", form, "-o", file)
        assert (ended.returncode, ended.stderr.strip()) == (0, "5 records of MAKER1")
        empty = milkline("import", file, *own, tmp_path / f"empty-{form}")
        assert empty.stdout.strip() == "5 records created, 0 amended, 0 known before, 0 refused", empty.stderr
    some = milkline("export", *own, tmp_path / "first", "--format", "ndjson", "--kind", "farm")
    assert json.loads(some.stdout)["number"] == "F1"


def test_records_and_then_events_go_into_an_empty_folder(tmp_path: Path) -> None:
    """A shipment that an event told of, and that was taken back, stays taken back."""
    can, plant, store = "urn:epc:id:sgtin:6901234.000001.1", "urn:epc:id:sgln:6901234.00001.0", "urn:epc:id:sgln:6909999.00001.0"
    made = event(bizStep="commissioning", action="ADD", epcList=[can], ilmd={"cbvmda:lotNumber": "A1"})
    ways = {"sourceList": [{"type": "location", "source": plant}], "destinationList": [{"type": "location", "destination": store}]}
    left = event(bizStep="shipping", epcList=[can], **ways) | {"eventTime": "2026-03-14T10:00:00+08:00"}
    (tmp_path / "told.jsonld").write_text(document(made, left))
    own = ("--enterprise", "6901234", "--data")
    first, second = tmp_path / "first", tmp_path / "second"
    assert milkline("import", tmp_path / "told.jsonld", *own, first).returncode == 0
    [sent] = map(json.loads, milkline("export", *own, first, "--format", "ndjson", "--kind", "shipment").stdout.splitlines())
    assert sent["packages"] == ["package/6901234/06901234000016.1"]
    (tmp_path / "back.ndjson").write_text(json.dumps(sent | {"packages": []}) + "\n")
    assert milkline("import", tmp_path / "back.ndjson", *own, first).stdout.strip().startswith("0 records created, 1 amended")
    for form, name in (("ndjson", "all.ndjson"), ("epcis-json", "all.jsonld")):
        assert milkline("export", *own, first, "--format", form, "-o", tmp_path / name).returncode == 0
    refused = milkline("import", tmp_path / "all.ndjson", *own, second, "--records-stay")
    assert refused.returncode != 0
    assert "found --records-stay with ndjson; right is a document of events" in refused.stderr
    assert milkline("import", tmp_path / "all.ndjson", *own, second).returncode == 0
    told = milkline("import", tmp_path / "all.jsonld", *own, second, "--records-stay")
    assert told.stdout.strip() == "2 events recorded, 0 known before, 0 refused"
    assert milkline("export", *own, second, "--format", "ndjson").stdout == (tmp_path / "all.ndjson").read_text()


@pytest.mark.parametrize("command", [("export", "--format", "ndjson"), ("fsma204", "batch/MAKER1/B1", "--output", "x.xlsx")])
def test_a_folder_without_data_is_refused_and_not_made(tmp_path: Path, command: tuple[str, ...]) -> None:
    ended = milkline(*command, "--enterprise", "MAKER1", "--data", tmp_path / "mistyped")
    assert ended.returncode == 1
    assert "found no data in" in ended.stderr.replace("\n", " ")
    assert not (tmp_path / "mistyped").exists()
