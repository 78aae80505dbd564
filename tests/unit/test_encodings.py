"""Documents in XML whose bytes are of another encoding than they declare; where that is in doubt, the declaration is believed."""

import io
from collections.abc import Iterator
from typing import IO, cast

import pytest

from api.exchange.annex_c.reader import read_annex_c
from api.exchange.formats import Wanted, document_of
from api.exchange.items import DocumentProblem, DocumentRefused, Item
from api.exchange.packed import UnpackedLimits
from api.exchange.records.told import Told
from tests.annexc import document, farm
from tests.epcis import xml, xml_event

CHINESE = ["云草牧场", "晨牧乳业有限公司，北京市海淀区", "青山", "乳粉é", "草", "茅台酒 Moutai"]


def declared(encoding: str, name: str, used: str, before: int = 0) -> bytes:
    """One farm of this name, after so many whose names are ASCII."""
    farms = [farm(f"F{number}", name="plain").replace("青禾市", "place") for number in range(before)]
    content = document(*farms, farm("F", name="NAME").replace("青禾市", "place")).replace("NAME", name)
    return f'<?xml version="1.0" encoding="{encoding}"?>\n{content}'.encode(used, "xmlcharrefreplace")


def names(content: bytes) -> list[object]:
    items: Iterator[Item[Told]] = read_annex_c(io.BytesIO(content))
    return [item.value.fields["name"] if item.value else item.problems for item in items]


@pytest.mark.parametrize("name", CHINESE)
@pytest.mark.parametrize("encoding", ["GB18030", "gbk", "GB2312", "Big5", "ISO-8859-1", "windows-1252", "Shift_JIS", "ISO-8859-5"])
def test_utf_8_that_is_declared_otherwise_is_refused(encoding: str, name: str) -> None:
    with pytest.raises(
        DocumentRefused, match=f"found the declared encoding '{encoding}', and in line 4 bytes that are UTF-8: '"
    ) as refused:
        names(declared(encoding, name, "utf-8"))
    assert refused.value.code is DocumentProblem.MALFORMED_DOCUMENT
    assert str(refused.value).endswith("; right is to declare the encoding that is used")


@pytest.mark.parametrize("name", ["Élevage Léon", "Müller", "25 °C"])
@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252"])
def test_western_utf_8_that_is_declared_western_is_refused(encoding: str, name: str) -> None:
    with pytest.raises(DocumentRefused, match="bytes that are UTF-8"):
        names(declared(encoding, name, "utf-8"))


@pytest.mark.parametrize("name", ["云草牧场", "晨牧乳业有限公司，北京市海淀区"])
@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "Big5"])
def test_gb_18030_that_is_declared_otherwise_is_refused(encoding: str, name: str) -> None:
    with pytest.raises(DocumentRefused, match="bytes that are GB 18030: '"):
        names(declared(encoding, name, "gb18030"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "gb18030", "gbk"])
@pytest.mark.parametrize("name", ["云草牧场", "茅台", "联通", "一", "国", "陶喆", "囍", "晨牧乳业有限公司，北京市海淀区", "café", ""])
def test_what_is_declared_as_it_is_is_read(encoding: str, name: str) -> None:
    assert names(declared(encoding, name or "plain", encoding)) == [name or "plain"]


@pytest.mark.parametrize(
    "name",
    [
        *("café", "créée", "Müller & Söhne", "CAFÉ®", "PRODUÇÃO", "IRMÃ", "ÞÓRÐUR", "Ø", "25 °C ± 5", "£5 ½", "naïve à", "·····", "°°°°"),
        *("FORMAÇÃO E NUTRIÇÃO", "ÉLEVAGE À CÔTÉ"),
    ],
)
@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "iso-8859-15"])
def test_western_texts_are_read_in_their_encodings(encoding: str, name: str) -> None:
    assert names(declared(encoding, name.replace("&", "&amp;"), encoding)) == [name]


@pytest.mark.parametrize(("encoding", "name"), [("big5", "雲草牧場"), ("shift_jis", "ミルク"), ("windows-1251", "Молоко")])
def test_texts_of_others_are_read_in_their_encodings(encoding: str, name: str) -> None:
    assert names(declared(encoding, name, encoding)) == [name]


def test_nothing_in_the_wrong_encoding_is_read_however_late_it_comes() -> None:
    read: list[object] = []
    with pytest.raises(DocumentRefused, match="in line 2004 bytes that are UTF-8: '云草牧场'"):
        for item in read_annex_c(io.BytesIO(declared("GBK", "云草牧场", "utf-8", before=2_000))):
            assert item.value is not None
            read.append(item.value.fields["name"])
    assert set(read) == {"plain"}


@pytest.mark.parametrize("encoding", ["utf-7", "cp037", "EBCDIC-X", "hz", "rot13"])
def test_an_encoding_that_is_not_read_is_refused(encoding: str) -> None:
    with pytest.raises(DocumentRefused, match=f"found the declared encoding '{encoding}', which is not read; right is UTF-8, GB 18030"):
        names(declared(encoding, "plain", "ascii"))


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", [f'<?xml version="1.0"?>{xml(xml_event())}', document(farm()), '{"kind": "farm"}', "kind,number\n"])
def test_utf_32_is_told_by_its_name(encoding: str, text: str) -> None:
    told = "byte order mark, little-endian" if encoding == "utf-32" else "three zero bytes with each character"
    with pytest.raises(DocumentRefused, match=rf"found a text in UTF-32 \({told}\); right is UTF-8 or GB 18030, and in XML UTF-16"):
        list(document_of(cast("IO[bytes]", io.BytesIO(text.encode(encoding))), Wanted(), UnpackedLimits(1 << 20, 200)).items())
