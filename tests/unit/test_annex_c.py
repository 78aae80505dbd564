"""Annex C as it is read and written: what is refused, and where; the published schema; memory."""

import io
import resource
import subprocess
import sys
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from api.exchange.annex_c.kinds import ANNEX_KINDS
from api.exchange.annex_c.reader import read_annex_c
from api.exchange.annex_c.report import AnnexCReport
from api.exchange.annex_c.writer import AnnexCWriter
from api.exchange.formats import Format, Wanted, document_of
from api.exchange.items import DocumentProblem, DocumentRefused
from api.exchange.packed import UnpackedLimits
from api.exchange.records.columns import Column, Form, columns_of
from api.exchange.records.recording import RecordOutcome
from api.exchange.records.told import Told
from graph.capture import Status
from graph.model.problems import Problem, ProblemCode
from graph.model.records.base import Part
from tests.annexc import SAMPLE, document, farm, read, schema

VALID = schema()


def valid(content: str | bytes) -> bool:
    return VALID.validate(etree.fromstring(content if isinstance(content, bytes) else content.encode()))


def problems(content: str | bytes) -> list[tuple[str, str, int | None]]:
    """Of each problem its code, its path, and the line of its record."""
    return [(one.code.value, one.path, item.line) for item in read(content) for one in item.problems]


def test_the_example_of_the_standard_passes_the_schema_and_is_read():
    assert valid(SAMPLE)
    [item] = read(SAMPLE)
    assert item.value is not None
    assert item.value.kind.name == "chanpinpici"
    assert item.value.fields == {
        "number": "产品的标识编码",
        "shelfLifeDays": 730,
        "batch": "批2013-010234",
        "productionDate": "2013-07-03",
    }
    assert item.line == 4


@pytest.mark.parametrize(
    "content",
    [
        document(farm(), namespace="https://example.com/other"),
        document(farm(), namespace=None),
        document(farm()).replace("root", "a:root").replace("xmlns=", "xmlns:a=").replace("<a:root", '<a:root xmlns="urn:example"'),
        document(farm(name="<![CDATA[青山牧场]]>")),
        document(farm(name="<![CDATA[青山]]>牧场")),
        document(farm(name="\n  青山牧场\n")),
        document(farm(name="<!-- a name -->青山牧场<?ignored?>")),
        document(farm()).replace("</header>", "</header>\n").replace("<value>", "<value >"),
        ('<?xml version="1.0" encoding="GB18030"?>' + document(farm())).encode("gb18030"),
        ('<?xml version="1.0" encoding="UTF-16"?>' + document(farm())).encode("utf-16"),
        b"\xef\xbb\xbf" + document(farm()).encode(),
    ],
)
def test_one_record_may_be_written_in_many_ways(content: str | bytes):
    [item] = read(content)
    assert not item.problems
    assert item.value is not None
    assert (item.value.kind.name, item.value.fields) == ("farm", {"number": "青山-1", "name": "青山牧场", "address": "青禾市"})


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (document(farm(), kind="nongchang"), [("NOT_LISTED", "metedataStandard", 3)]),
        (document(farm()).replace("metedataStandard", "metadataStandard"), [("MISSING", "metedataStandard", 3)]),
        (document(farm()).replace(' metedataStandard="muchang"', ""), [("MISSING", "metedataStandard", 3)]),
        (document("<entry/>", farm()), [("UNEXPECTED", "entry", 3)]),
        (document("a farm", farm()), [("UNEXPECTED", "ListRecords", 2)]),
        (document(farm(), "a farm"), [("UNEXPECTED", "ListRecords", 2)]),
        (document(farm()).replace("</root>", "<Records/></root>"), [("UNEXPECTED", "Records", 5)]),
        (f"<root>{farm()}</root>", [("UNEXPECTED", "record", 1)]),
        (document(farm(more="<address><value>b</value></address>")), [("DUPLICATE", "address", 3)]),
        (document(farm(more="<colour><value>b</value></colour>")), [("UNEXPECTED", "colour", 3)]),
        (document(farm(more="text")), [("UNEXPECTED", "metadata", 3)]),
        (document(farm()).replace("<value>青禾市</value>", "青禾市"), [("UNEXPECTED", "address", 3)]),
        (document(farm()).replace("<value>青禾市</value>", "<value>a</value><value>b</value>"), [("DUPLICATE", "address", 3)]),
        (document(farm()).replace("<value>青禾市</value>", "<text>a</text>"), [("UNEXPECTED", "address", 3)]),
        (document(farm()).replace("<value>青禾市</value>", "<value><b>a</b></value>"), [("UNEXPECTED", "address", 3)]),
        (document(farm()).replace("<value>", '<value lang="zh">', 1), [("UNEXPECTED", "name", 3)]),
        (document(farm()).replace("<value>", '<value encoding="base64">', 1), [("MALFORMED", "name", 3)]),
        (document(farm()).replace("<header>", "<header><validity>730</validity>"), [("UNEXPECTED", "validity", 3)]),
        (document("<record><metadata/></record>"), [("MISSING", "header", 3)]),
        (document("<record><header/><metadata/></record>"), [("MISSING", "identifier", 3)]),
        (document("<record><header><identifier> </identifier></header></record>"), [("MISSING", "identifier", 3)]),
        (document(farm(), "<record><header/><other/></record>"), [("UNEXPECTED", "other", 4), ("MISSING", "identifier", 4)]),
    ],
)
def test_what_is_wrong_is_told_by_record_line_and_field(content: str, expected: list[tuple[str, str, int]]):
    assert problems(content) == expected
    assert not valid(content) or expected[0][1] in ("validity", "identifier", "address")  # what XSD 1.0 cannot say


def test_a_wrong_record_leaves_the_others_right():
    items = list(read(document(farm("1"), farm("2", more="<a/>"), farm("3"), "<x/>", farm("4"))))
    assert [(item.index, item.value is not None, item.line) for item in items] == [
        (0, True, 3),
        (1, False, 4),
        (2, True, 5),
        (3, False, 6),
        (4, True, 7),
    ]
    assert all("line" in one.message and "found" in one.message for item in items for one in item.problems if item.index == 1)


def test_a_record_may_have_objects_and_lists():
    uses = "".join(
        f"<value><source><value>milk/6904321/M-{n}</value></source><quantityKg><value>12000.5</value></quantityKg>"
        "<at><value>2026-03-01T06:10:00+08:00</value></at><rework><value>true</value></rework></value>"
        for n in range(2)
    )
    batch = f"<record><header><identifier>罐2</identifier></header><metadata><inputs>{uses}</inputs></metadata></record>"
    content = document(batch, kind="shengchanpici")
    assert valid(content)
    [item] = read(content)
    assert item.value is not None
    entry = {"quantityKg": "12000.5", "at": "2026-03-01T06:10:00+08:00", "rework": True}
    assert item.value.fields == {"number": "罐2", "inputs": [{"source": f"milk/6904321/M-{n}", **entry} for n in range(2)]}
    [wrong] = read(content.replace("<rework>", "<kept>", 1).replace("</rework>", "</kept>", 1))
    assert [one.path for one in wrong.problems] == ["inputs[0].kept"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", DocumentProblem.TRUNCATED),
        ("<html/>", DocumentProblem.UNKNOWN_FORMAT),
        ("<a><root/></a>", DocumentProblem.UNKNOWN_FORMAT),
        (document(farm())[:-9], DocumentProblem.TRUNCATED),
        (document(farm())[:150], DocumentProblem.TRUNCATED),
        (document(farm()).replace("</record>", "</rec>"), DocumentProblem.MALFORMED_DOCUMENT),
        (document(farm(name="&nothing;")), DocumentProblem.MALFORMED_DOCUMENT),
        ("<!DOCTYPE root>" + document(farm()), DocumentProblem.FORBIDDEN_DTD),
        ('<!DOCTYPE root SYSTEM "https://example.com/a.dtd">' + document(farm()), DocumentProblem.FORBIDDEN_DTD),
        ('<!DOCTYPE root [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + document(farm(name="&e;")), DocumentProblem.FORBIDDEN_DTD),
        (document(farm(more="<a>" * 300 + "</a>" * 300)), DocumentProblem.MALFORMED_DOCUMENT),
        (document(farm(name="a" * 11_000_000)), DocumentProblem.MALFORMED_DOCUMENT),
        (document(farm(more="<a/>" * 2_000_000)), DocumentProblem.TOO_LARGE),
        (document("<a/>" * 2_000_000, farm()), DocumentProblem.TOO_LARGE),
        (document(farm(more=f"<name><value>{'a' * 5_000_000}</value></name>" * 4)), DocumentProblem.TOO_LARGE),
    ],
)
def test_a_document_that_cannot_be_read_on_says_why(content: str, code: DocumentProblem):
    with pytest.raises(DocumentRefused, match="right is") as refused:
        list(read(content))
    assert refused.value.code is code


def test_entities_are_not_expanded():
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE root [<!ENTITY a0 "ha">{laughs}]>' + document(farm(name="&a11;"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(DocumentRefused) as refused:
        list(read(bomb))
    assert refused.value.code is DocumentProblem.FORBIDDEN_DTD
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


MEASURE = """
import resource, sys
from api.exchange.annex_c.reader import read_annex_c

class Repeated:
    # a document of so many records, made while it is read
    def __init__(self, records):
        self.parts = iter((b'<root xmlns="http://www.abc.com"><ListRecords metedataStandard="muchang">', None, b"</ListRecords></root>"))
        self.left = records // 100
        self.rest = b""
    def read(self, size=-1):
        while len(self.rest) < size:
            if self.left and self.rest:
                self.left -= 1
                self.rest += PART
            elif (part := next(self.parts, b"")) is None:
                continue
            elif not part:
                break
            else:
                self.rest += part
        found, self.rest = self.rest[:size], self.rest[size:]
        return found

PART = sys.argv[2].encode() * 100
count = sum(1 for item in read_annex_c(Repeated(int(sys.argv[1]))) if item.value)
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_does_not_grow_with_the_document():
    """What the XML library holds is not Python's: the whole process is measured."""

    def peak(records: int) -> int:
        ran = subprocess.run([sys.executable, "-c", MEASURE, str(records), farm()], capture_output=True, text=True, check=True)
        count, highest = map(int, ran.stdout.split())
        assert count == records
        return highest

    assert peak(40_000) < peak(2_000) + 8_000


# --- written and read again ---


WRITABLE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40) | st.sampled_from(
    [" a ", "a\r\nb", "\tc", "\ufffe", "a\uffff]]>", "<&>\"'", "\u0085 x", "🍼", "e\u0301"]
)
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC)).map(
    lambda at: at.isoformat().replace("+00:00", "Z")
)


def values(column: Column, form: dict[str, Any]) -> st.SearchStrategy[Any]:
    one: st.SearchStrategy[Any]
    if column.part is not None:
        one = fields(column.part, columns_of(column.part))
    elif "enum" in form:
        one = st.sampled_from(form["enum"])
    else:
        one = {
            Form.TIME: INSTANTS,
            Form.DATE: st.dates(date(1900, 1, 1)).map(str),
            Form.DECIMAL: st.decimals(0, 10**9, places=3, allow_nan=False).map(lambda number: format(number, "f")),
            Form.NUMBER: st.floats(allow_nan=False, allow_infinity=False),
            Form.WHOLE: st.integers(1, 36_500),
            Form.FLAG: st.booleans(),
            Form.TEXT: WRITABLE if "maxLength" in form else st.from_regex("[a-f0-9]{64}", fullmatch=True),
        }[column.form]
    return st.lists(one, min_size=1, max_size=3) if column.many else one


def fields(model: type[Part], columns: Any) -> st.SearchStrategy[dict[str, Any]]:
    forms = model.model_json_schema()["properties"]
    wanted = {name: values(column, _one(forms[name])) for name, column in columns.items()}
    required = {name: wanted[name] for name, column in columns.items() if column.required}
    return st.fixed_dictionaries(required, optional={name: one for name, one in wanted.items() if name not in required})


def _one(form: dict[str, Any]) -> dict[str, Any]:
    form = form.get("items", form)
    return next(one for one in form.get("anyOf", [form]) if one.get("type") != "null")


RECORDS = st.one_of(
    [fields(one.kind.model, one.kind.columns).map(lambda told, kind=one.kind: Told(kind, told)) for one in ANNEX_KINDS.values()]
)


@given(st.lists(RECORDS, max_size=4))
@settings(max_examples=60, deadline=None)
def test_what_is_written_passes_the_schema_and_is_read_again_as_it_was(records: list[Told]):
    writer = AnnexCWriter()
    content = b"".join([*(writer.write([told]) for told in records), writer.end()])
    assert valid(content), VALID.error_log
    items = list(read_annex_c(io.BytesIO(content)))
    assert [problem for item in items for problem in item.problems] == []
    assert [(item.value.kind.name, item.value.fields) for item in items if item.value] == [
        (told.kind.name, told.fields) for told in records
    ]


# --- reports ---


def reported(content: str, file: io.BytesIO) -> None:
    report = AnnexCReport(file)
    for item in read(content):
        problems = item.problems or (Problem(ProblemCode.BLANK, "name", "found ' -- '; right is a text"),)
        report.add(item, RecordOutcome(item.index, item.line, None, None, Status.REJECTED, problems))


def test_a_report_is_a_document_in_which_each_problem_stands_beside_its_record():
    file = io.BytesIO()
    reported(document(farm("1"), farm("2", more="<colour>&lt;</colour>")), file)
    reported(document(farm("3"), kind="nongchang"), file)  # an import that was stopped, and went on
    reported(document("<entry/>", farm("4")), file)
    reported(document(farm("5"), "text between"), file)
    content = file.getvalue().decode()
    assert content.count("<!-- line 3 -->") == 4
    assert "<!-- name: BLANK: found ' - - '; right is a text -->" in content
    found = [(item.value.fields["number"] if item.value else None, [one.path for one in item.problems]) for item in read(content)]
    assert found == [("1", []), (None, ["colour"]), (None, ["metedataStandard"]), (None, ["entry"]), ("4", []), ("5", [])]
    mended = content.replace("nongchang", "muchang").replace("<colour>&lt;</colour>", "")
    assert [item.value.fields["number"] for item in read(mended) if item.value] == ["1", "2", "3", "4", "5"]


def test_nothing_refused_leaves_an_empty_report():
    file = io.BytesIO()
    [item] = read(document(farm("1")))
    AnnexCReport(file).add(item, RecordOutcome(0, 3, "farm", None, Status.CREATED))
    assert file.getvalue() == b""


@pytest.mark.parametrize("wrong", ["青山".encode("gb18030"), b"\xff"])
def test_bytes_of_another_encoding_are_told_with_their_line(wrong: bytes):
    content = b'<?xml version="1.0" encoding="UTF-8"?>\n' + document(farm(name="NAME")).encode().replace(b"NAME", wrong)
    found = document_of(io.BytesIO(content), Wanted(), UnpackedLimits(1 << 20, 200))
    assert found.format is Format.ANNEX_C
    with pytest.raises(
        DocumentRefused, match="found bytes that are not in the encoding of the document, line 4, after 0 records; right is "
    ):
        list(found.items())


def test_wrong_bytes_before_the_first_element_are_told_of_a_document_of_records():
    content = b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- ' + "青山".encode("gb18030") + b" -->\n" + document(farm()).encode()
    found = document_of(io.BytesIO(content), Wanted(), UnpackedLimits(1 << 20, 200))
    assert found.format is Format.ANNEX_C
    with pytest.raises(DocumentRefused, match="found bytes that are not in the encoding of the document, line 2, before the first element"):
        list(found.items())


def test_an_element_with_more_attributes_than_are_read_refuses_its_record():
    many = " ".join(f'a{place}="1"' for place in range(1_001))
    items = list(read(document(farm(), farm().replace("<name>", f"<name {many}>"), farm().replace("<record>", f"<record {many}>"), farm())))
    assert [[(one.code.value, one.path) for one in item.problems] for item in items] == [
        [],
        [("TOO_LONG", "name")],
        [("TOO_LONG", "record")],
        [],
    ]


def test_more_namespaces_than_an_element_may_have_end_the_document():
    declared = " ".join(f'xmlns:x{number}="https://example.com/{number}"' for number in range(201))
    with pytest.raises(DocumentRefused, match="found more than 200 namespaces declared where one element stands") as refused:
        list(read(document(farm(), farm(more="<a/>").replace("<record>", f"<record {declared}>"))))
    assert refused.value.code is DocumentProblem.TOO_LARGE


def test_a_misspelt_element_is_told_with_those_that_there_are():
    [item] = read(SAMPLE.replace("batch>", "btach>"))
    assert [(one.path, one.message.partition("; right is ")[2].partition(",")[0]) for one in item.problems] == [("btach", "one of batch")]
    assert "productionDate" in item.problems[0].message


def test_each_of_several_faults_is_told_of_its_own_element() -> None:
    """By the field that it is in, with what was found there; a header that comes twice does not hide the first."""
    use = "<value>odd<at><value><b/></value></at><sorce/></value>"
    inputs = f'<inputs><value><source><value a="1">lot/MAKER1/L1</value></source></value>{use}</inputs>'
    record = f"<record><header><identifier>B1</identifier></header><header/><metadata>{inputs}</metadata></record>"
    [item] = read(document(record, kind="shengchanpici"))
    assert [(one.code.value, one.path, one.message.partition("; ")[0].partition(": ")[2]) for one in item.problems] == [
        ("DUPLICATE", "header", "found header a second time"),
        ("UNEXPECTED", "inputs[0].source", "found the attribute a"),
        ("UNEXPECTED", "inputs[1]", "found text within value"),
        ("UNEXPECTED", "inputs[1].at", "found the element b"),
        ("UNEXPECTED", "inputs[1].sorce", "found sorce, which shengchanpici does not have there"),
    ]
    first, _, second = read(document("first", farm("F1"), "second").replace("\nsecond\n", "second"))
    assert [("first" in one.problems[0].message, "second" in one.problems[0].message) for one in (first, second)] == [
        (True, False),
        (False, True),
    ]
