"""`milkline import`, as the README has it: what it says, how it ends, and what it leaves."""

import json
import re
import shlex
from pathlib import Path

from tests.epcis import document, event
from tests.functional.examples import ROOT
from tests.service import milkline

CAN = "urn:epc:id:sgtin:6901234.000001.1"


def test_the_readme_imports_a_document_into_an_empty_folder(tmp_path: Path) -> None:
    line = re.search(r"uv run milkline (import .*) --data \S+\n", (ROOT / "README.md").read_text("utf-8"))
    assert line
    command, path, *options = shlex.split(line[1])
    ended = milkline(command, ROOT / path, *options, "--data", tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("8 events recorded, 0 known before, 0 refused")
    again = milkline(command, ROOT / path, *options, "--data", tmp_path)
    assert again.stdout.startswith("0 events recorded, 8 known before, 0 refused")


def test_exported_events_are_captured_again_into_an_empty_folder(tmp_path: Path) -> None:
    own = ("--enterprise", "6931234", "--data")
    assert milkline("import", ROOT / "docs/examples/epcis.json", *own, tmp_path / "first").returncode == 0
    graph = milkline("export", *own, tmp_path / "first", "--format", "ndjson").stdout
    for form in ("epcis-json", "epcis-xml"):
        file = tmp_path / form
        ended = milkline("export", *own, tmp_path / "first", "--format", form, "-o", file)
        assert (ended.returncode, ended.stderr.splitlines()[0]) == (0, "8 events of 6931234")
        again = milkline("import", file, *own, tmp_path / f"empty-{form}")
        assert again.stdout.startswith("8 events recorded, 0 known before, 0 refused"), again.stderr
        assert milkline("export", *own, tmp_path / f"empty-{form}", "--format", "ndjson").stdout == graph


def test_an_export_of_events_tells_of_the_records_that_came_by_none(tmp_path: Path) -> None:
    farms = tmp_path / "farms.csv"
    farms.write_text("number,name,address\nF1,a,b\nF2,a,b\n")
    own = ("--enterprise", "6931234", "--data", tmp_path / "data")
    assert milkline("import", farms, *own).returncode == 0
    ended = milkline("export", *own, "--format", "epcis-json")
    assert ended.stderr.splitlines() == [
        "0 events of 6931234",
        "2 records of 6931234 came by no event and are not in it; --format ndjson has them",
    ]


def test_refused_events_are_told_and_reported_and_end_with_1(tmp_path: Path) -> None:
    path, report = tmp_path / "mixed.json", tmp_path / "report.ndjson"
    path.write_text(document(event(action="ADD", epcList=[CAN]), event(action="CREATE"), event(bizStep="inspecting")))
    options = ("--enterprise", "6901234", "--data", tmp_path / "data")
    nothing = milkline("import", path, *options, "--rollback")
    assert (nothing.returncode, nothing.stdout.split(",")[0]) == (1, "0 events recorded")
    ended = milkline("import", path, *options, "--report", report)
    assert ended.returncode == 1
    assert "event 1: refused: action: found 'CREATE'" in ended.stderr
    recorded = "2 events recorded, 0 known before, 1 refused; 1 kept, but not recorded as custody, or not all of what they say"
    assert ended.stdout.strip() == recorded
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    assert [(line["event"], line["status"]) for line in lines] == [(1, "REJECTED"), (2, "CREATED")]
    assert "custody has no record" in lines[1]["notes"][0]["message"]


def test_what_cannot_be_read_is_said_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "cut.json"
    path.write_text(document(event(epcList=[CAN]))[:-3])
    ended = milkline("import", path, "--enterprise", "6901234", "--data", tmp_path / "data")
    assert ended.returncode == 1
    assert "TRUNCATED" in ended.stderr and "Traceback" not in ended.stderr
    wrong = milkline("import", path, "--enterprise", "x", "--data", tmp_path / "data")
    assert (wrong.returncode, "enterprise code" in wrong.stderr) == (1, True)
