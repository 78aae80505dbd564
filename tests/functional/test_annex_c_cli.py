"""`milkline import` of XML of annex C: the example of the docs, what is refused and mended, and lineage over what was imported."""

from pathlib import Path

from lxml import etree

from tests.annexc import SAMPLE, document, farm, schema
from tests.functional.examples import ROOT
from tests.service import milkline, serving

EXAMPLE = ROOT / "docs" / "examples" / "annex-c.xml"
FORWARD = """
query($from: [ID!]!) {
  forward(from: $from) {
    nodes(kinds: [PACKAGE, SHIPMENT, SITE]) { edges { node { id } } }
    completeness { complete }
  }
}
"""


async def test_the_example_is_imported_and_asked_about(tmp_path: Path) -> None:
    options = ("--enterprise", "6935678", "--data", tmp_path)
    ended = milkline("import", EXAMPLE, *options)
    assert (ended.returncode, ended.stdout.strip()) == (0, "15 records created, 0 amended, 0 known before, 0 refused"), ended.stderr
    again = milkline("import", EXAMPLE, *options)
    assert again.stdout.strip() == "0 records created, 0 amended, 15 known before, 0 refused", again.stderr
    with serving(tmp_path) as service:
        told = (await service.post("REGULATOR", FORWARD, {"from": ["milk/6935678/N-0302"]}))["data"]["forward"]
    assert {edge["node"]["id"] for edge in told["nodes"]["edges"]} == {
        "package/6935678/X-1",
        "package/6935678/G-4T7K",
        "package/6935678/G-9QX2",
        "shipment/6935678/FH-1",
        "site/6935678/MD-1",
    }
    assert told["completeness"]["complete"] is True


def test_what_is_exported_is_a_document_that_records_the_same_again(tmp_path: Path) -> None:
    enterprise, files = ("--enterprise", "6935678"), [tmp_path / "first.xml", tmp_path / "second.xml"]
    sources = [EXAMPLE, files[0]]
    for place, (source, written) in enumerate(zip(sources, files, strict=True)):
        data = ("--data", tmp_path / f"data{place}")
        assert milkline("import", source, *enterprise, *data).returncode == 0
        assert milkline("export", *enterprise, "--format", "annex-c", "-o", written, *data).returncode == 0
        assert schema().validate(etree.parse(written))
    assert files[0].read_bytes() == files[1].read_bytes()


def test_refused_records_are_mended_in_the_report_and_sent_again(tmp_path: Path) -> None:
    path, report = tmp_path / "farms.xml", tmp_path / "refused.xml"
    path.write_text(document(farm("1"), farm("2", more="<colour/>"), farm("4 4"), farm("5")), "utf-8")
    options = ("--enterprise", "6904321", "--data", tmp_path / "data")
    first = milkline("import", path, *options, "--report", report)
    assert (first.returncode, first.stdout.strip()) == (1, "2 records created, 0 amended, 0 known before, 2 refused"), first.stderr
    assert "record 1, line 4: refused: colour: line 4: found colour, which muchang does not have there" in first.stderr
    assert "record 2, line 5, farm/6904321/4 4: refused: identifier: found '4 4'" in first.stderr
    report.write_text(report.read_text("utf-8").replace("<colour/>", "").replace("4 4", "44"), "utf-8")
    again = milkline("import", report, *options)
    assert (again.returncode, again.stdout.strip()) == (0, "2 records created, 0 amended, 0 known before, 0 refused"), again.stderr


def test_the_example_of_the_standard_and_what_was_cut_off_say_what_would_be_right(tmp_path: Path) -> None:
    path = tmp_path / "sample.xml"
    options = ("--enterprise", "6904321", "--data", tmp_path / "data")
    path.write_text(SAMPLE, "utf-8")
    sample = milkline("import", path, *options)
    assert sample.returncode == 1
    assert "record 0, line 4, package/6904321/产品的标识编码: refused: packedAt: found nothing; right is a value" in sample.stderr
    path.write_text(document(farm("1"), farm("2"))[:-9], "utf-8")
    cut = milkline("import", path, *options)
    assert (cut.returncode, cut.stdout.strip()) == (1, "2 records created, 0 amended, 0 known before, 0 refused")
    assert "TRUNCATED" in cut.stderr and "Traceback" not in cut.stderr
    path.write_text("<html/>", "utf-8")
    assert "right is EPCISDocument" in milkline("import", path, *options).stderr
