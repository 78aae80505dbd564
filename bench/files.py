"""`python -m bench.files`: what reading files takes by format and size, and recording them: records a second, and whether memory follows.

Each file is read by a process of its own, whose peak is what the kernel says of it."""

import asyncio
import io
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import openpyxl
import orjson
import typer
from lxml import etree

from api.exchange.annex_c.kinds import KIND_ATTRIBUTE, LIST, NAMES, NAMESPACE, ROOT
from api.exchange.annex_c.writer import record_of
from api.exchange.formats import Wanted, document_of
from api.exchange.importing import import_items
from api.exchange.packed import UnpackedLimits
from api.exchange.records.kinds import KINDS
from api.exchange.records.told import Told
from api.files import FileStore
from api.opened import opened
from api.recording import options_of
from api.settings import Settings
from auth.actor import Actor, Duty, Role

_CODE = "6904321"
_MARK = "1000000000"
"""What stands for the number of a record in the sample of one."""
_RECORD = {
    "number": f"M{_MARK}",
    "farm": f"farm/{_CODE}/F1",
    "quantityKg": "12000.5",
    "departedAt": "2026-03-01T04:40:00+08:00",
    "departureTemperatureC": 3.4,
    "arrivedAt": "2026-03-01T06:00:00+08:00",
    "arrivalTemperatureC": 4.0,
    "milkSourceOrigin": "黑龙江省",
}
_COLUMNS = list(_RECORD)
_FARM = orjson.dumps({"kind": "farm", "number": "F1", "name": "牧场", "address": "黑龙江省"}) + b"\n"
"""Which is there before what it delivers."""
_EVENT = {
    "type": "ObjectEvent",
    "eventTime": "2026-03-14T08:00:00+08:00",
    "eventTimeZoneOffset": "+08:00",
    "action": "ADD",
    "bizStep": "commissioning",
    "epcList": [f"urn:epc:id:sgtin:{_CODE}.000001.{_MARK}"],
    "readPoint": {"id": f"urn:epc:id:sgln:{_CODE}.00001.0"},
    "ilmd": {"cbvmda:lotNumber": "A1"},
}
_EVENT_XML = (
    "<ObjectEvent><eventTime>2026-03-14T08:00:00+08:00</eventTime><eventTimeZoneOffset>+08:00</eventTimeZoneOffset>"
    f"<epcList><epc>urn:epc:id:sgtin:{_CODE}.000001.{_MARK}</epc></epcList><action>ADD</action><bizStep>commissioning</bizStep>"
    f"<readPoint><id>urn:epc:id:sgln:{_CODE}.00001.0</id></readPoint><ilmd><cbvmda:lotNumber>A1</cbvmda:lotNumber></ilmd></ObjectEvent>\n"
)
_JSON_HEAD = (
    '{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument","schemaVersion":"2.0",'
    '"creationDate":"2026-03-14T08:00:00Z","epcisBody":{"eventList":['
)
_XML_HEAD = (
    '<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" xmlns:cbvmda="urn:epcglobal:cbv:mda" schemaVersion="2.0"'
    ' creationDate="2026-03-14T08:00:00Z"><EPCISBody><EventList>'
)
FORMATS = ("ndjson", "csv", "xlsx", "annex-c", "epcis-json", "epcis-xml")
_ROWS = 1_000_000
"""Of a sheet, about as many as one has."""


def parts(form: str) -> tuple[str, str, str, str]:
    """The beginning, a record, what stands between two, and the end."""
    match form:
        case "ndjson":
            return "", orjson.dumps({"kind": "milk_delivery", **_RECORD}).decode() + "\n", "", ""
        case "csv":
            return f"kind,{','.join(_COLUMNS)}\n", f"milk_delivery,{','.join(map(str, _RECORD.values()))}\n", "", ""
        case "annex-c":
            kind = KINDS["milk_delivery"]
            record = etree.tostring(record_of(Told(kind, _RECORD)), encoding="unicode")
            head = f'<?xml version="1.0" encoding="UTF-8"?><{ROOT} xmlns="{NAMESPACE}"><{LIST} {KIND_ATTRIBUTE}="{NAMES[kind.name]}">'
            return head, record + "\n", "", f"</{LIST}></{ROOT}>"
        case "epcis-json":
            return _JSON_HEAD, orjson.dumps(_EVENT).decode(), ",\n", "]}}"
        case "epcis-xml":
            return _XML_HEAD, _EVENT_XML, "", "</EventList></EPCISBody></epcis:EPCISDocument>"
        case _:
            headings, cells = (
                "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in values) for values in (_COLUMNS, _RECORD.values())
            )
            return _sheet(headings), f"<row>{cells}</row>", "", _SHEET_END


_SHEET_END = "</sheetData></worksheet>"


def _sheet(headings: str) -> str:
    return f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>{headings}</row>'


def text(form: str, size: int) -> Iterator[bytes]:
    """A file of about so many bytes, in pieces."""
    head, record, between, end = (part.encode() for part in parts(form))
    before, _, after = record.partition(_MARK.encode())
    yield head
    written = count = 0
    while written < size and (form != "xlsx" or count < _ROWS):
        piece = between.join(b"%b%d%b" % (before, int(_MARK) + number, after) for number in range(count, count + 1_000))
        yield (between if count else b"") + piece
        written += len(piece)
        count += 1_000
    yield end


def write(form: str, size: int, path: Path) -> None:
    if form != "xlsx":
        with path.open("wb") as file:
            file.writelines(text(form, size))
        return
    empty = io.BytesIO()
    book = openpyxl.Workbook()
    book.worksheets[0].title = KINDS["milk_delivery"].title
    book.save(empty)
    with zipfile.ZipFile(empty) as given, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in given.namelist():
            with packed.open(name, "w", force_zip64=True) as entry:
                entry.writelines(text(form, size) if name == "xl/worksheets/sheet1.xml" else [given.read(name)])


async def measure(path: Path, data: Path | None) -> dict[str, float]:
    """In this process. data: a folder to record into; None to read alone."""
    with path.open("rb") as file:
        document = document_of(file, Wanted(), UnpackedLimits(1 << 34, 10_000))
        began, cpu, count, wrong = time.perf_counter(), time.process_time(), 0, 0
        if data is None:
            for item in document.items():
                count += 1
                wrong += item.value is None
        else:
            settings = Settings.model_validate({"data": data})
            actor = Actor("bench", Role.ENTERPRISE, _CODE, frozenset(Duty))
            async with opened(settings) as graph:
                files = FileStore(settings.files_folder)
                options = options_of(settings, files, actor)
                farm = document_of(io.BytesIO(_FARM), Wanted("farm.ndjson"), document.limits)
                _ = [outcome async for outcome in import_items(farm.items(), farm.recorder(graph, actor, options, files))]
                recorder = document.recorder(graph, actor, options, files)
                began, cpu = time.perf_counter(), time.process_time()
                async for outcome in import_items(document.items(), recorder):
                    count += 1
                    wrong += bool(outcome.problems)
                return _figures(count, wrong, began, cpu)
        return _figures(count, wrong, began, cpu)


def _figures(count: int, wrong: int, began: float, cpu: float) -> dict[str, float]:
    [peak] = [line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    used, seconds = time.process_time() - cpu, time.perf_counter() - began
    return {"count": count, "wrong": wrong, "cpu": used, "seconds": seconds, "peak": int(peak) / 1000}


def apart(path: Path, data: Path | None) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.files", "--measure", str(path), *(["--data", str(data)] if data else [])]
    return orjson.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)  # noqa: S603


def main(
    megabytes: Annotated[list[int] | None, typer.Option("--megabytes", help="Sizes; may be repeated. Of workbooks, unpacked.")] = None,
    only: Annotated[str, typer.Option("--only", help="Only the formats with this in their name.")] = "",
    record: Annotated[bool, typer.Option("--record", help="Record as well, into an embedded engine that is thrown away.")] = False,
    measured: Annotated[Path | None, typer.Option("--measure", hidden=True)] = None,
    data: Annotated[Path | None, typer.Option("--data", hidden=True)] = None,
) -> None:
    """Measure how fast files are read, and recorded, and whether memory follows their size."""
    if measured is not None:
        typer.echo(orjson.dumps(asyncio.run(measure(measured, data))))
        return
    typer.echo("| file | MB | records | a second of CPU | a second | peak, MB |\n| --- | --- | --- | --- | --- | --- |")
    for form in FORMATS:
        if only not in form:
            continue
        peaks: list[float] = []
        for size in megabytes or [10, 100]:
            with tempfile.TemporaryDirectory(prefix="bench-") as folder:
                path = Path(folder) / f"bench.{form.partition('-')[0]}"
                write(form, size * 1_000_000, path)
                found = apart(path, Path(folder) / "data" if record else None)
            assert not found["wrong"], found  # noqa: S101
            peaks.append(found["peak"])
            count = found["count"]
            rates = f"{count / found['cpu']:,.0f} | {count / found['seconds']:,.0f}"
            typer.echo(f"| {form} | {size} | {count:,} | {rates} | {found['peak']:,.0f} |")
        typer.echo(f"| {form} | largest by smallest | | | | {peaks[-1] / peaks[0]:.2f} |")


if __name__ == "__main__":
    typer.run(main)
