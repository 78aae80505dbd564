"""`GET /fsma204` and `milkline fsma204`: who may, which events a lot has, in cells that sort, and that what is missing is told."""

import io
import itertools
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import openpyxl
import pytest

from tests.component.test_epcis_custody import STORE, at, can, can_id, lot_id, shipped
from tests.epcis import document, event, finished
from tests.service import Service, milkline, serving

LOT = "lot/MAKER1/L1"
MAKER = {"kind": "enterprise", "code": "MAKER1", "name": "青禾乳业", "phone": "+86 10", "address": "青禾市 1 号"}
OWN: list[dict[str, Any]] = [
    {"kind": "site", "number": "S1", "siteKind": "PLANT", "name": "=一厂", "address": "青禾市"},
    {"kind": "farm", "number": "F1", "name": "青山牧场", "address": "青禾市东"},
    {"kind": "product", "code": "P1", "name": "婴儿配方奶粉", "brand": "青禾", "netContentGrams": "800"},
    {"kind": "ingredient_lot", "number": "L1", "name": "乳糖", "quantityKg": "500.5", "receivedAt": "2026-03-01T23:30:00+08:00"},
    {
        "kind": "milk_delivery",
        "number": "M1",
        "farm": "farm/MAKER1/F1",
        "quantityKg": "12000",
        "arrivedAt": "2026-03-02T06:00:00+08:00",
    },
    {
        "kind": "batch",
        "number": "B1",
        "product": "P1",
        "productionDate": "2026-03-03",
        "startedAt": "2026-03-03T08:00:00+08:00",
        "endedAt": "2026-03-03T18:00:00+08:00",
        "yieldKg": "2.4",
        "inputs": [
            {"source": LOT, "quantityKg": "20", "at": "2026-03-03T08:30:00+08:00"},
            {"source": "milk/MAKER1/M1", "quantityKg": "9000", "at": "2026-03-03T08:40:00+08:00"},
        ],
    },
    {"kind": "package", "number": "C1", "level": "CASE", "packedAt": "2026-03-04T08:00:00+08:00"},
    *(
        {"kind": "package", "number": f"I{n}", "level": "ITEM", "batch": "batch/MAKER1/B1", "packedAt": "2026-03-04T08:00:00+08:00"}
        | ({"parent": "C1"} if n < 3 else {})
        for n in range(1, 4)
    ),
    {
        "kind": "shipment",
        "number": "H1",
        "origin": "site/MAKER1/S1",
        "destination": "site/OTHER1/S9",
        "departedAt": "2026-03-05T08:00:00+08:00",
        "packages": ["package/MAKER1/C1", "package/MAKER1/I3"],
    },
]
OTHERS: list[dict[str, Any]] = [
    {"kind": "site", "number": "S9", "siteKind": "STORE", "name": "东店", "address": "青禾市西"},
    {"kind": "receipt", "shipment": "shipment/MAKER1/H1", "receivedAt": "2026-03-06T08:00:00+08:00", "missing": ["package/MAKER1/I3"]},
]


def told(service: Service, actor: str, records: list[dict[str, Any]]) -> None:
    content = "".join(json.dumps(record) + "\n" for record in records)
    answer = httpx2.post(f"{service.url}/import", content=content, headers=service.headers(actor), timeout=60)
    assert json.loads(answer.text.splitlines()[-1])["created"] == len(records), answer.text


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("fsma204"), environment={"MILKLINE_REASON_REQUIRED": "true"}) as running:
        told(
            running, "PLATFORM", [{"kind": "enterprise", "code": "MAKER1", "name": "青禾乳业", "phone": "+86 10", "address": "青禾市 1 号"}]
        )
        told(running, "MAKER1", OWN)
        told(running, "OTHER1", OTHERS)
        yield running


def ask(service: Service, actor: str, seed: str = LOT, headers: dict[str, str] | None = None, **parameters: Any) -> httpx2.Response:
    given = {"from": seed} | parameters
    return httpx2.get(f"{service.url}/fsma204", params=given, headers=service.headers(actor) | (headers or {}), timeout=60)


def rows_of(content: bytes) -> list[dict[str, Any]]:
    book: Any = openpyxl.load_workbook(io.BytesIO(content))
    headings, *rows = book["Events"].values
    assert not book["Events"].merged_cells.ranges
    assert None not in headings and len(set(headings)) == len(headings)
    return [{name: value for name, value in zip(headings, row, strict=True) if value is not None} for row in rows]


def answer_of(content: bytes) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(content))["Answer"].values)


def reasons(content: bytes) -> list[tuple[Any, ...]]:
    """What stands right below the line that says whether the answer is complete."""
    rows = [row[:2] for row in answer_of(content)[2:]]
    return list(itertools.takewhile(lambda row: row[0].startswith("Missing: "), rows))


def brief(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(row["Critical Tracking Event"], row.get("Traceability Lot Code"), row.get("Quantity")) for row in rows]


def code(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [("PUBLIC", (401, "UNAUTHENTICATED")), ("CONSUMER", (403, "FORBIDDEN")), ("PLATFORM", (403, "FORBIDDEN"))],
)
def test_who_has_no_lineage_has_no_events(service: Service, actor: str, refusal: tuple[int, str]) -> None:
    assert code(ask(service, actor)) == refusal


@pytest.mark.parametrize(
    "wrong", [{"radius": "-1"}, {"radius": "1000"}, {"of": LOT}, {"from": "cow/1"}, {"from": []}, {"from": "product/MAKER1/P1"}]
)
def test_wrong_parameters_are_told(service: Service, wrong: dict[str, Any]) -> None:
    answer = ask(service, "MAKER1", LOT, None, **wrong)
    assert answer.status_code == 400
    assert "found" in answer.json()["errors"][0]["message"]


def test_a_lot_has_its_events_from_its_arrival_to_the_store(service: Service) -> None:
    answer = ask(service, "MAKER1")
    assert answer.headers["content-disposition"] == 'attachment; filename="fsma204.xlsx"'
    rows = rows_of(answer.content)
    assert brief(rows) == [
        ("Receiving", "L1", 500.5),
        ("Transformation", "B1", 2.4),
        ("Transformation", "B1", 2.4),
        ("Shipping", "B1", 3),
        ("Receiving", "B1", 2),
    ]
    came, made, of_milk, left, arrived = rows
    business = "青禾乳业; +86 10; 青禾市 1 号"
    assert came["Date Received"] == came["Event Date"] == datetime(2026, 3, 1)
    assert (came["21 CFR"], came["Product Description"], came["Location Description - Received At"]) == ("1.1345", "乳糖", business)
    assert (made["Food Used - Traceability Lot Code"], made["Food Used - Quantity"], made["Food Used - Unit of Measure"]) == (
        "L1",
        20,
        "kg",
    )
    assert (of_milk["Food Used - Traceability Lot Code"], of_milk["Food Used - Product Description"]) == ("M1", "Raw milk")
    assert made["Product Description"] == "婴儿配方奶粉; 青禾; 800 g"
    assert made["Date Transformation Completed"] == datetime(2026, 3, 3)
    assert left["Location Description - Shipped From"] == "青禾乳业; +86 10; =一厂; 青禾市"
    assert left["Location Description - Immediate Subsequent Recipient"] == "OTHER1; 东店; 青禾市西"
    assert (left["Unit of Measure"], left["Date Shipped"]) == ("items", datetime(2026, 3, 5))
    assert (arrived["Date Received"], arrived["Traceability Lot Code Source - Location Description"]) == (datetime(2026, 3, 6), business)
    assert {row["Whole Answer Complete"] for row in rows} == {"Yes"}
    assert answer_of(answer.content)[1][:2] == ("Complete", "Yes")
    assert not reasons(answer.content)
    documents = [(row["Reference Document Type"], row["Reference Document Number"]) for row in rows]
    assert documents == [("Ingredient Lot Record", "L1"), *[("Batch Record", "B1")] * 2, *[("Shipment Record", "H1")] * 2]


def test_the_next_in_the_chain_has_what_parties_share_and_no_more(service: Service) -> None:
    answer = ask(service, "OTHER1", "package/MAKER1/I1")
    rows = rows_of(answer.content)
    assert brief(rows) == [("Shipping", "B1", 1), ("Receiving", "B1", 1)]
    assert rows[0]["Traceability Lot Code Source - Location Description"] == "青禾乳业; 青禾市 1 号"
    assert rows[0]["Product Description"].startswith("婴儿配方奶粉")
    assert {row["Whole Answer Complete"] for row in rows} == {"No"}
    assert reasons(answer.content) == [("Missing: records of others that are not shown", 4)]
    assert brief(rows_of(ask(service, "THIRD1", "package/MAKER1/I1").content)) == []


def test_an_authority_says_why_and_is_in_the_log(service: Service) -> None:
    assert code(ask(service, "REGULATOR")) == (403, "REASON_REQUIRED")
    answer = ask(service, "REGULATOR", LOT, {"Milkline-Reason": "recall"}, radius="1")
    rows = rows_of(answer.content)
    assert ("Receiving", "M1", 12000) in brief(rows) and len(rows) == 6
    query = "{ accessLog(first: 5) { edges { node { operation reason role } } } }"
    log = httpx2.post(f"{service.url}/graphql", json={"query": query}, headers=service.headers("MAKER1")).json()
    assert {"operation": "fsma204", "reason": "recall", "role": "REGULATOR"} in [edge["node"] for edge in log["data"]["accessLog"]["edges"]]


def test_an_answer_that_is_short_says_so_in_the_file(service: Service) -> None:
    seeds: dict[str, Any] = {"from": [LOT, "lot/MAKER1/L2"]}
    answer = ask(service, "MAKER1", **seeds)
    assert {row["Whole Answer Complete"] for row in rows_of(answer.content)} == {"No"}
    assert reasons(answer.content) == [("Missing: MISSING_RECORD", "lot/MAKER1/L2 was asked about, and no such record has come")]
    assert answer_of(answer.content)[1][1].startswith("No: what is missing stands below")


def test_an_element_string_that_names_nothing_known_stands_in_the_file_as_it_was_asked(service: Service) -> None:
    told = answer_of(ask(service, "MAKER1", "(01)06931234100027(10)NOPE", radius="0").content)
    assert ("Asked about", "(01)06931234100027(10)NOPE") in [tuple(row[:2]) for row in told]
    [(_, missing)] = [row[:2] for row in told if row[0] == "Missing: MISSING_RECORD"]
    assert str(missing).startswith("'(01)06931234100027(10)NOPE' was asked about, and no record that it may name is known")
    assert "batch/" not in str(told)


ADVICE = "urn:epcglobal:cbv:bt:6901234000016:LS-2026-0314"
TRUCKS = [
    event(action="ADD", bizStep="commissioning", epcList=[can(1), can(2), can(3)], ilmd={"cbvmda:lotNumber": "A1"}, **at(8)),
    shipped(can(1), bizTransactionList=[{"type": "po", "bizTransaction": "urn:x:po:7"}, {"type": "desadv", "bizTransaction": ADVICE}]),
    shipped(can(2), bizTransactionList=[{"type": "inv", "bizTransaction": "https://maker.example/invoices/9"}]),
    shipped(can(3)),
]


def test_a_shipment_has_the_document_by_which_it_was_told(service: Service) -> None:
    """A despatch advice comes before other documents; a shipment of no document has its own record."""
    answer = httpx2.post(f"{service.url}/capture", content=document(*TRUCKS), headers=service.headers("6901234"), timeout=60)
    assert finished(f"{service.url}{answer.headers['location']}", service.headers("6901234"))["success"]
    arrival = event(
        bizStep="receiving", epcList=[can(1)], bizLocation={"id": STORE}, bizTransactionList=[{"type": "desadv", "bizTransaction": ADVICE}]
    )
    answer = httpx2.post(f"{service.url}/capture", content=document(arrival | at(12)), headers=service.headers("6909999"), timeout=60)
    assert finished(f"{service.url}{answer.headers['location']}", service.headers("6909999"))["success"]

    def documents(actor: str, seed: str = lot_id("A1"), **headers: str) -> set[tuple[str, str]]:
        rows = rows_of(ask(service, actor, seed, headers).content)
        ways = [row for row in rows if row["Critical Tracking Event"] in ("Shipping", "Receiving")]
        return {(row["Reference Document Type"], row["Reference Document Number"]) for row in ways}

    told_of = documents("6901234")
    [own] = told_of - {("Despatch Advice", "LS-2026-0314"), ("Invoice", "https://maker.example/invoices/9")}
    assert len(told_of) == 3
    assert own[0] == "Shipment Record" and own[1].startswith("E-")
    assert documents("REGULATOR", **{"Milkline-Reason": "recall"}) == told_of
    assert documents("6909999", can_id(1)) == {("Despatch Advice", "LS-2026-0314")}, "by its own event"
    [other] = documents("6909999", can_id(2))
    assert other[0] == "Shipment Record", "another's event"


def test_the_command_writes_the_same(tmp_path: Path) -> None:
    (tmp_path / "own.ndjson").write_text("".join(json.dumps(record) + "\n" for record in OWN))
    options = ("--enterprise", "MAKER1", "--data", tmp_path / "data")
    assert milkline("import", tmp_path / "own.ndjson", *options).returncode == 0
    ended = milkline("fsma204", LOT, *options, "-o", tmp_path / "lot.xlsx")
    assert (ended.returncode, "the answer is not complete" in ended.stderr) == (0, False), ended.stderr
    rows = rows_of((tmp_path / "lot.xlsx").read_bytes())
    assert brief(rows) == [("Receiving", "L1", 500.5), ("Transformation", "B1", 2.4), ("Transformation", "B1", 2.4), ("Shipping", "B1", 3)]
    assert "found 'cow/1'" in milkline("fsma204", "cow/1", *options, "-o", tmp_path / "x.xlsx").stderr
    assert "a radius is 0 to" in milkline("fsma204", LOT, *options, "-o", tmp_path / "x.xlsx", "--radius", "999").stderr
