"""`milkline import` of records: what it says, what it reports, and that one that was killed goes on where it was."""

import gzip
import json
import os
import pty
import signal
import subprocess
import time
from pathlib import Path

from tests import prepared
from tests.service import COMMAND, milkline

FARMS = [{"kind": "farm", "number": f"F{n}", "name": f"牧场 {n}", "address": "北京"} for n in range(3)]


def ndjson(path: Path, records: list[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")
    return path


def test_rejected_lines_are_mended_and_sent_again(tmp_path: Path) -> None:
    wrong: list[dict[str, str]] = [{"kind": "farm", "number": "F 9", "name": "a", "address": "b"}, {"kind": "cow", "number": "1"}]
    path, report = ndjson(tmp_path / "records.ndjson", [*FARMS, *wrong]), tmp_path / "report.ndjson"
    options = ("--enterprise", "MAKER1", "--data", tmp_path / "data")
    first = milkline("import", path, *options, "--report", report)
    assert (first.returncode, first.stdout.strip()) == (1, "3 records created, 0 amended, 0 known before, 2 refused"), first.stderr
    assert "record 3, line 4, farm/MAKER1/F 9: refused: number: found 'F 9'" in first.stderr
    told = [json.loads(line) for line in report.read_text("utf-8").splitlines()]
    assert [(line["#line"], line["#problems"][0]["path"]) for line in told] == [(4, "number"), (5, "kind")]
    report.write_text(report.read_text("utf-8").replace("F 9", "F9").replace('"cow"', '"farm"'), "utf-8")
    again = milkline("import", report, *options, "--report", tmp_path / "second.ndjson")
    assert again.stdout.strip() == "1 records created, 0 amended, 0 known before, 1 refused"
    [left] = [json.loads(line) for line in (tmp_path / "second.ndjson").read_text("utf-8").splitlines()]
    assert left["#line"] == 2
    assert {problem["path"] for problem in left["#problems"]} == {"name", "address"}
    known = milkline("import", path, *options)
    assert known.stdout.strip() == "0 records created, 0 amended, 3 known before, 2 refused"


def test_no_report_is_written_onto_the_file_itself(tmp_path: Path) -> None:
    path = ndjson(tmp_path / "records.ndjson", FARMS)
    (tmp_path / "link.ndjson").symlink_to(path)
    before = path.read_bytes()
    for report in (path, tmp_path / "link.ndjson"):
        ended = milkline("import", path, "--enterprise", "MAKER1", "--data", tmp_path / "data", "--report", report)
        assert ended.returncode == 1
        assert "is the file itself; right is another file" in " ".join(ended.stderr.split())
        assert path.read_bytes() == before


def test_a_table_in_gb_18030_is_recorded_and_what_is_wrong_stands_beside_its_rows(tmp_path: Path) -> None:
    table = '编号,牧场名称,牧场地址\nF1,光明牧场,北京\nF2,,上海\nF3,=1+1,"a, b"\n'
    path, report = tmp_path / "farms.csv.gz", tmp_path / "report.csv"
    path.write_bytes(gzip.compress(table.encode("gb18030")))
    options = ("--enterprise", "MAKER1", "--data", tmp_path / "data", "--report", report)
    first = milkline("import", path, *options)
    assert first.stdout.strip() == "2 records created, 0 amended, 0 known before, 1 refused", first.stderr
    content = report.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    heading, row = content.decode("utf-8-sig").splitlines()
    assert heading == '"编号","牧场名称","牧场地址","#行号","#列","#问题","#应为","#code","#field"'
    assert row.startswith('"F2",,"上海","3","牧场名称","nothing","')
    report.write_text(report.read_text("utf-8-sig").replace('"F2",,', '"F2","东方牧场",'), "utf-8")
    again = milkline("import", report, *options[:-2])
    assert again.stdout.strip() == "1 records created, 0 amended, 0 known before, 0 refused", again.stderr


def test_rollback_records_nothing_and_what_is_no_format_is_told(tmp_path: Path) -> None:
    path = ndjson(tmp_path / "records.ndjson", [*FARMS, {"kind": "farm"}])
    options = ("--enterprise", "MAKER1", "--data", tmp_path / "data")
    ended = milkline("import", path, *options, "--rollback")
    assert ended.stdout.strip() == "0 records created, 0 amended, 0 known before, 1 refused"
    strange = tmp_path / "file.bin"
    strange.write_bytes(b"PK\x03\x04")
    told = milkline("import", strange, *options)
    assert (told.returncode, told.stderr.count("TRUNCATED: found a workbook that is broken off")) == (1, 1)
    told = milkline("import", path, *options, "--kind", "cow")
    assert (told.returncode, told.stderr.count("found 'cow'; right is one of enterprise,")) == (1, 1)
    cut = tmp_path / "cut.csv"
    cut.write_text("number,name,address\nF1,a,b\nF2,a,")
    told = milkline("import", cut, *options)
    assert "TRUNCATED: found no line break after the last row, in line 3" in told.stderr
    assert told.stdout.startswith("1 records created")


def test_an_import_that_was_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    count = 20_000
    records = [{"kind": "farm", "number": f"F{n}", "name": "a", "address": "b" if n % 1000 else ""} for n in range(count)]
    path, report, data = ndjson(tmp_path / "records.ndjson", records), tmp_path / "report.ndjson", tmp_path / "data"
    arguments = ("import", str(path), "--enterprise", "MAKER1", "--data", str(data), "--report", str(report))
    running = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    kept = data / "imports"
    deadline = time.monotonic() + 100
    while not list(kept.glob("*.json")) and time.monotonic() < deadline and running.poll() is None:
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
    [progress] = kept.glob("*.json")
    done = json.loads(progress.read_bytes())["done"]
    assert 0 < done < count
    ended = milkline(*arguments, "--resume")
    assert ended.returncode == 1, ended.stderr
    numbers = [int(word.replace(",", "")) for word in ended.stdout.split() if word[0].isdigit()]
    assert (sum(numbers), numbers[3]) == (count, 20)
    assert [json.loads(line)["#line"] for line in report.read_text("utf-8").splitlines()] == list(range(1, count, 1000))
    assert not list(kept.glob("*.json"))
    known = milkline(*arguments[:-2])
    assert known.stdout.strip() == f"0 records created, 0 amended, {count - 20:,} known before, 20 refused"


def test_an_enterprise_itself_is_recorded_with_its_own(tmp_path: Path) -> None:
    records = [{"kind": "enterprise", "code": code, "name": "Maker"} for code in ("MAKER1", "OTHER1")]
    ended = milkline("import", ndjson(tmp_path / "x.jsonl", records), "--enterprise", "MAKER1", "--data", tmp_path / "data")
    assert ended.stdout.startswith("1 records created, 0 amended, 0 known before, 1 refused")
    assert "found OTHER1; an enterprise amends its own record" in ended.stderr


def test_a_terminal_is_told_at_once_what_is_done_and_a_pipe_nothing(tmp_path: Path) -> None:
    """Before the engine has started, and before the first records are stored."""
    path, options = ndjson(tmp_path / "records.ndjson", FARMS), ("--enterprise", "MAKER1", "--data", str(tmp_path / "data"))
    prepared.fill(tmp_path / "data")
    ours, theirs = pty.openpty()
    command = [*COMMAND, "import", str(path), *options]
    environment = {**os.environ, **prepared.environment(), "TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL, env=environment) as running:
        os.close(theirs)
        shown = b""
        while piece := _read(ours):
            shown += piece
        assert running.wait(60) == 0
    os.close(ours)
    marks = [b"records.ndjson: opening the database", b"records.ndjson: reading", b"3 records created"]
    places = [shown.find(mark) for mark in marks]
    assert -1 not in places and places == sorted(places), shown
    piped = milkline("import", path, *options)
    assert (piped.stdout.strip(), piped.stderr) == ("0 records created, 0 amended, 3 known before, 0 refused", "")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # nobody writes to it any more
        return b""
