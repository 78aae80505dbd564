"""Files of records: what is read, what is refused and with what words, and that memory does not follow the size."""

import gzip
import io
import json
import random
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from api.exchange.items import DocumentProblem, DocumentRefused, Item
from api.exchange.metered import ITEM_BYTES
from api.exchange.packed import UnpackedLimits, unpacked
from api.exchange.records.cells import cell_columns, cell_of, guarded, headings_of, row_of, unguarded
from api.exchange.records.csv_reader import read_csv
from api.exchange.records.kinds import KINDS
from api.exchange.records.ndjson import read_ndjson
from api.exchange.records.told import Told

LIMITS = UnpackedLimits(size=1 << 30, ratio=200)
FARM = '{"kind":"farm","number":"F1","name":"光明牧场","address":"北京"}\n'
FARMS = '编号,牧场名称,牧场地址\nF1,光明牧场,北京\nF2,三元牧场,"一路\n二号"\n'


def lines(content: str | bytes, **more: Any) -> list[Item[Told]]:
    return list(read_ndjson(io.BytesIO(content.encode() if isinstance(content, str) else content), **more))


def rows(content: str | bytes, **more: Any) -> list[Item[Told]]:
    return list(read_csv(io.BytesIO(content.encode() if isinstance(content, str) else content), **more))


def fields(items: list[Item[Told]]) -> list[tuple[str, dict[str, object]]]:
    assert all(item.value is not None for item in items), [item.problems for item in items]
    return [(item.value.kind.name, dict(item.value.fields)) for item in items if item.value]


def wrong(items: list[Item[Told]]) -> list[tuple[int | None, str, str]]:
    return [(item.line, problem.path, problem.message) for item in items for problem in item.problems]


def test_a_line_is_a_record() -> None:
    text = f'\ufeff{FARM}\n\r\n{{"number":"M1","quantityKg":12000.5,"#line":7}}\r\n{{"kind":"生乳运输","number":"M2"}}'
    assert fields(lines(text, kind=KINDS["milk_delivery"])) == [
        ("farm", {"number": "F1", "name": "光明牧场", "address": "北京"}),
        ("milk_delivery", {"number": "M1", "quantityKg": 12000.5}),
        ("milk_delivery", {"number": "M2"}),
    ]
    assert [item.line for item in lines(text, kind=KINDS["farm"])] == [1, 4, 5]


def test_no_digit_of_a_number_is_lost() -> None:
    [(_, read)] = fields(lines('{"kind":"milk_delivery","quantityKg":123456789012345.123456789,"arrivalTemperatureC":4.25}\n'))
    assert str(read["quantityKg"]) == "123456789012345.123456789"
    assert read["arrivalTemperatureC"] == 4.25


def test_wrong_lines_are_told_and_the_rest_is_read() -> None:
    found = lines('{"kind":"farm"\n[1]\n{"number":"F1"}\n{"kind":"farms"}\n{"kind":"farm","number":"F2"}\n')
    assert [(line, path) for line, path, _ in wrong(found)] == [(1, ""), (2, ""), (3, "kind"), (4, "kind")]
    assert all("; right is " in message for _, _, message in wrong(found))
    assert found[4].value is not None


def test_a_name_that_comes_twice_and_brackets_without_end_refuse_their_line() -> None:
    right = '{"kind": "farm", "number": "F1", "name": "a \\":\\" b", "x": [{"a": 1}, {"a": ": 2"}]}'
    twice = '{"kind": "farm", "number": "F1", "number" : "F2"}'
    within = '{"kind": "farm", "x": [{"a": 1, "b": {"c": 1, "\\u0063": 2}}]}'
    deep = '{"a": 1234567890123456.7, "b":' + "[" * 100_000
    got = lines("\n".join([right, twice, within, deep, deep + "]" * 100_000 + "}", right, ""]))
    assert [item.value is not None for item in got] == [True, False, False, False, False, True]
    assert [(one.code.value, one.path) for item in got for one in item.problems] == [
        ("DUPLICATE", "number"),
        ("DUPLICATE", "c"),
        ("MALFORMED", ""),
        ("MALFORMED", ""),
    ]


def test_a_table_is_read_by_either_name_of_its_columns() -> None:
    expected = [
        ("farm", {"number": "F1", "name": "光明牧场", "address": "北京"}),
        ("farm", {"number": "F2", "name": "三元牧场", "address": "一路\n二号"}),
    ]
    assert fields(rows(FARMS)) == expected
    assert [item.line for item in rows(FARMS)] == [2, 3]
    assert fields(rows(FARMS.replace(",", "\t").replace("编号", "number"), kind=KINDS["farm"])) == expected
    several = "kind,number,name,address\nfarm,F1,光明牧场,北京\n\nkind,milk_source_origin,number,#problems\n生乳运输,,M1,anything\n"
    assert fields(rows(several)) == [expected[0], ("milk_delivery", {"number": "M1"})]
    number = fields(rows("code,name,netContentGrams\nkind,Formula,800\n", kind=KINDS["product"]))
    assert number == [("product", {"code": "kind", "name": "Formula", "netContentGrams": "800"})]


def test_lists_and_objects_have_their_columns() -> None:
    uses = [{"source": "milk/MAKER1/M1", "quantityKg": "10", "at": "2026-03-14T08:00:00+08:00", "rework": True}]
    table = row_of(["number", "productInspectionReport.name", "productInspectionReport.sha256", "inputs"])
    table += row_of(["B1", "report", "0" * 64, json.dumps(uses)]) + row_of(["B2", "", "", ""]) + row_of(["B3", "", "", "{"])
    found = rows(table, kind=KINDS["batch"])
    assert fields(found[:2]) == [
        ("batch", {"number": "B1", "productInspectionReport": {"name": "report", "sha256": "0" * 64}, "inputs": uses}),
        ("batch", {"number": "B2"}),
    ]
    assert wrong(found[2:])[0][1] == "inputs"
    moves = fields(rows('parent,children,action,at\nC1,I1; I2；I3 I4,ADD,now\nC1,"[""I1""]",ADD,now\n', kind=KINDS["aggregation"]))
    assert [read["children"] for _, read in moves] == [["I1", "I2", "I3", "I4"], ["I1"]]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-03-02", "2026-03-02"),
        ("2026/3/2", "2026-03-02"),
        ("2026年3月2日", "2026-03-02"),
        ("2026-03-02 00:00:00", "2026-03-02"),
        ("2026/3/2 0:00", "2026-03-02"),
        ("2026-03-02 08:30:00", "2026-03-02 08:30:00"),
        ("2026/2/30", "2026/2/30"),
        ("3/2/2026", "3/2/2026"),
        ("2026-03-02T00:00:00Z", "2026-03-02T00:00:00Z"),
    ],
)
def test_a_date_is_read_as_spreadsheets_write_it(cell: str, day: str) -> None:
    """What is none, or may be another, stays for the record's check."""
    assert fields(rows(f"number,productionDate\nB1,{cell}\n", kind=KINDS["batch"])) == [("batch", {"number": "B1", "productionDate": day})]


@pytest.mark.parametrize(
    ("kind", "column", "cell"),
    [("batch", "yieldKg", "3,200"), ("batch", "yieldKg", "1,234,567.5"), ("milk_delivery", "arrivalTemperatureC", "3，2")],
)
def test_a_number_with_commas_is_refused_with_a_word_on_them(kind: str, column: str, cell: str) -> None:
    [(line, path, message)] = wrong(rows(f'number,{column}\nB1,"{cell}"\n', kind=KINDS[kind]))
    assert (line, path) == (2, column)
    assert message == f"found '{cell}', whose commas may part thousands or decimals; right is a number without commas, such as 3200 or 3.2"


def test_wrong_rows_and_headings_are_told() -> None:
    found = rows('number,name,address\nF1,a\nF2,a,b,c\nF3,"a"b,c\nF4,a,b\n')
    assert [(line, path) for line, path, _ in wrong(found)] == [(2, ""), (3, ""), (4, "")]
    assert "found 2 cells; right is 3" in wrong(found)[0][2]
    assert fields(found[3:]) == [("farm", {"number": "F4", "name": "a", "address": "b"})]
    for heading, message in (
        ("a,b\n1,2\n", r"tell of no kind alone; right is"),
        ("编号,牧场名称,牧场地址,备注\n", r"tell of no kind alone: farm has no '备注'; right is"),
        ("编号,牧场名称,地址\n", r"alone: farm has no '地址' and needs '牧场地址'; right is"),
        ("number,编号\n", "twice"),
        ("", "found no headings"),
    ):
        with pytest.raises(DocumentRefused, match=message):
            rows(heading, kind=KINDS["farm"] if message == "twice" else None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_are_told_apart(encoding: str) -> None:
    plain = "number,name,address\n" + "".join(f"F{n},Farm,Road\n" for n in range(10_000))
    table = plain + "F,光明牧场,北京𠮷\n"
    assert fields(rows(table.encode(encoding)))[-1][1] == {"number": "F", "name": "光明牧场", "address": "北京𠮷"}
    assert fields(lines(FARM.encode(encoding)))[0][1]["name"] == "光明牧场"
    if encoding == "gb18030":
        assert fields(lines(FARM.encode(encoding), encoding=encoding))[0][1]["name"] == "光明牧场"


def test_a_file_of_two_encodings_is_read_as_far_as_it_is_of_one() -> None:
    mixed = FARM.encode() * 2_000 + FARM.encode("gb18030") + FARM.encode()
    found = lines(mixed)
    assert [(line, path) for line, path, _ in wrong(found)] == [(2001, "")]
    right = "right is one encoding for all of it, UTF-8 or GB 18030"
    assert wrong(found)[0][2] == f"found text in GB 18030 in a file of UTF-8; {right}"
    with pytest.raises(DocumentRefused, match="found a text in UTF-16; right is UTF-8 or GB 18030"):
        rows(FARMS.encode("utf-16"))


@pytest.mark.parametrize(("most", "other"), [("utf-8", "gb18030"), ("gb18030", "utf-8")])
@pytest.mark.parametrize("heading", ["number,name,address", "编号,牧场名称,牧场地址"])
@pytest.mark.parametrize("place", [2, 3, 150, 199])
def test_a_row_of_another_encoding_makes_nonsense_of_no_other(most: str, other: str, heading: str, place: int) -> None:
    table = [heading, *(f"F{n},青山牧场{n},内蒙古" for n in range(1, 201))]
    content = b"".join((text + "\n").encode(other if n == place else most) for n, text in enumerate(table, 1))
    found = rows(content, kind=KINDS["farm"])
    [(line, _, message)] = wrong(found)
    assert (line, message.startswith(f"found text in {'UTF-8' if other == 'utf-8' else 'GB 18030'} in a file of ")) == (place, True)
    names = {str(item.value.fields["name"]).rstrip("0123456789") for item in found if item.value}
    assert (names, len(found)) == ({"青山牧场"}, 200)


def test_a_damaged_byte_does_not_make_a_text_in_utf_8_one_in_gb_18030() -> None:
    damaged = "光明牧场".encode()[:-1] + "乳业".encode()
    [(line, _, message)] = wrong(rows(b"number,name,address\nF1," + damaged + b",Road\n"))
    assert (line, message.partition(";")[0]) == (2, "found bytes that are no text in the encoding of the file")
    table = "number,name,address\nF1,青山牧场,内蒙古\nF2,白山牧场,内蒙古\n".encode("gb18030") + b"F3," + damaged + b",Road\n"
    assert [line for line, _, _ in wrong(rows(table))] == [4]


def test_a_row_that_may_be_of_either_encoding_is_read_as_the_call_says() -> None:
    table = "number,name,address\nF1,青山牧场,内蒙古\nF2,青山牧场,内蒙古\n".encode("gb18030") + "F3,Nestlé,Road\n".encode()
    assert [line for line, _, _ in wrong(rows(table))] == [4]
    assert fields(rows(table, encoding="gb18030"))[2][1]["name"] == "Nestl茅"
    plain = "number,name,address\nF3,Nestlé,Road\n"
    assert fields(rows(plain))[0][1]["name"] == "Nestlé"
    utf_8 = "number,name,address\nF1,青山牧场,内蒙古\n"
    assert [line for line, _, _ in wrong(rows(utf_8, encoding="gb18030"))] == [2]


def test_headings_of_another_encoding_are_told() -> None:
    with pytest.raises(DocumentRefused) as refused:
        rows(FARMS.encode("gb18030"), encoding="utf-8")
    assert refused.value.code is DocumentProblem.MALFORMED_DOCUMENT
    assert str(refused.value).startswith("in the headings, in line 1: found text in GB 18030 in a file of UTF-8; right is ")


@pytest.mark.parametrize("cut", ['{"kind":"farm","number":"F2"', '{"kind":"farm","num'])
def test_a_cut_line_is_no_record(cut: str) -> None:
    got: list[Item[Told]] = []
    with pytest.raises(DocumentRefused) as refused:
        got.extend(read_ndjson(io.BytesIO((FARM + cut).encode())))
    assert refused.value.code is DocumentProblem.TRUNCATED
    assert "line 2" in str(refused.value)


def test_a_cut_table_is_told_wherever_it_was_cut() -> None:
    content = FARMS.encode()
    whole = content.index(b"F2")
    for end in range(whole + 1, len(content)):
        with pytest.raises(DocumentRefused) as refused:
            rows(content[:end])
        assert refused.value.code is DocumentProblem.TRUNCATED, content[whole:end]


def packed(content: bytes) -> dict[str, bytes]:
    half = len(content) // 2
    two = [gzip.compress(content[:half]), gzip.compress(content[half:])]
    return {"plain": content, "gzip": gzip.compress(content), "zstd": zstandard.compress(content), "two": b"".join(two)}


@pytest.mark.parametrize("way", ["plain", "gzip", "zstd", "two"])
def test_packed_files_are_read(way: str) -> None:
    content = "".join(FARM.replace("F1", f"F{random.Random(n).random()}") for n in range(5_000)).encode()
    opened = unpacked(io.BytesIO(packed(content)[way]), LIMITS)
    assert fields(list(read_ndjson(opened))) == fields(lines(content))  # pyright: ignore[reportArgumentType]
    opened.seek(0)
    assert opened.read(10) == content[:10]
    if way != "plain":
        cut = unpacked(io.BytesIO(packed(content)[way][:-20]), LIMITS)
        with pytest.raises(DocumentRefused) as refused:
            list(read_ndjson(cut))  # pyright: ignore[reportArgumentType]
        assert refused.value.code is DocumentProblem.TRUNCATED
        broken = bytearray(packed(content)[way])
        broken[len(broken) // 2 : len(broken) // 2 + 50] = b"\xff" * 50
        with pytest.raises(DocumentRefused) as refused:
            list(read_ndjson(unpacked(io.BytesIO(bytes(broken)), LIMITS)))  # pyright: ignore[reportArgumentType]
        assert refused.value.code is DocumentProblem.MALFORMED_DOCUMENT


def test_other_archives_are_refused_by_name() -> None:
    with pytest.raises(DocumentRefused, match="found a zip archive; right is the file itself, or packed by gzip or zstd"):
        unpacked(io.BytesIO(b"PK\x03\x04..."), LIMITS)


@pytest.mark.parametrize("way", ["gzip", "zstd"])
def test_what_unpacks_to_far_more_is_refused_before_it_has(way: str) -> None:
    bomb = packed(b" " * 300_000_000)[way]
    tracemalloc.start()
    with pytest.raises(DocumentRefused, match="right is 200 times at most") as refused:
        lines_of_bomb = unpacked(io.BytesIO(bomb), LIMITS)
        while lines_of_bomb.read(1 << 16):
            pass
    assert refused.value.code is DocumentProblem.TOO_LARGE
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60_000_000
    with pytest.raises(DocumentRefused, match="found more than 1,000 bytes unpacked"):
        lines_of_bomb = unpacked(io.BytesIO(bomb), UnpackedLimits(1_000, 1_000_000))
        while lines_of_bomb.read(1 << 16):
            pass


class Endless(io.RawIOBase):
    """Lines without end, until there are `size` bytes."""

    def __init__(self, size: int, line: bytes) -> None:
        self.left, self.line = size, line * (1 << 16)

    def read(self, size: int = -1) -> bytes:
        data = self.line[: (min(size, self.left) if size >= 0 else self.left) // len(FARM.encode()) * len(FARM.encode())]
        self.left -= len(data)
        return data


@pytest.mark.parametrize("read", [read_ndjson, read_csv])
def test_a_line_without_end_is_refused(read: Any) -> None:
    with pytest.raises(DocumentRefused, match=r"found one entry of more than 16,000,000 bytes"):
        list(read(io.BytesIO(b'number,name,address\n"' + b"x" * (ITEM_BYTES + 100_000))))


def test_memory_does_not_follow_the_size() -> None:
    def peak(size: int) -> int:
        tracemalloc.start()
        assert sum(1 for _ in read_ndjson(Endless(size, FARM.encode()))) > size // 100  # pyright: ignore[reportArgumentType]
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(8_000_000) < peak(800_000) + 1_000_000


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("'=+-@\t\r\n＝\"',;"), min_size=1, max_size=20)


@given(TEXTS)
@settings(max_examples=300)
def test_no_cell_is_a_formula_and_each_is_read_as_it_was(text: str) -> None:
    cell = guarded(text)
    assert unguarded(cell) == text
    assert cell[0] not in "=+-@\t\r\n＝＋－＠" or isinstance(float(cell), float)


@pytest.mark.parametrize("formula", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "＝1+1", "'=1", '=HYPERLINK("http://x")'])
def test_formulas_are_texts_to_a_spreadsheet(formula: str) -> None:
    assert guarded(formula) == f"'{formula}"
    assert unguarded(guarded(formula)) == formula
    assert guarded("-4.5") == "-4.5"


def _value(column: Any) -> st.SearchStrategy[Any]:
    number = {"number": st.floats(allow_nan=False, allow_infinity=False), "whole number": st.integers(1, 10**9), "flag": st.booleans()}
    one = st.lists(st.from_regex(r"[A-Za-z0-9._/-]{1,8}", fullmatch=True), min_size=1) if column.many else number.get(column.form, TEXTS)
    if column.part is None:
        return one
    part = st.fixed_dictionaries({"name": TEXTS, "sha256": st.just("0" * 64)})
    return st.lists(part, min_size=1, max_size=2) if column.many else part


RECORDS = st.sampled_from(list(KINDS.values())).flatmap(
    lambda kind: st.tuples(
        st.just(kind), st.fixed_dictionaries({}, optional={name: _value(column) for name, column in kind.columns.items()})
    )
)


@given(RECORDS, st.booleans())
@settings(max_examples=200)
def test_what_is_written_is_read_again(record: Any, chinese: bool) -> None:
    kind, content = record
    ways = cell_columns(kind)
    names = {value: key for key, value in headings_of(kind).items()} if chinese else {name: name for name in ways}
    table = row_of([names[name] for name in ways]) + row_of([cell_of(way, content) for way in ways.values()])
    if content:
        assert fields(rows(table, kind=kind)) == [(kind.name, content)]


def test_rows_come_one_by_one() -> None:
    def endless() -> Iterator[bytes]:
        yield b"number,name,address\n"
        while True:
            yield FARM.encode()

    parts = endless()

    class Source:
        def read(self, _: int = -1) -> bytes:
            return next(parts)

    assert next(read_csv(Source(), kind=KINDS["farm"])).index == 0  # pyright: ignore[reportArgumentType]
