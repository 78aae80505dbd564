"""`GET /export` and `milkline export`: who may, that it is in the access log, and that it imports into an empty folder."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import openpyxl
import pytest

from auth.actor import Duty, Role
from auth.keys import load_keys
from auth.tokens import Tokens
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
