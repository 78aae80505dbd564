"""In which encoding a text is, as its first bytes and its declaration say, and whether what follows is in it."""

import codecs
import re

from api.exchange.items import DocumentProblem, DocumentRefused
from graph.model.identifiers import shown

_MARKS = {b"\xff\xfe\x00\x00": "little-endian", b"\x00\x00\xfe\xff": "big-endian"}
_ZEROS = re.compile(rb"(?:[\x01-\x7f]\x00\x00\x00){2}|(?:\x00\x00\x00[\x01-\x7f]){2}")
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([^"'>]{1,80})["']""")
_WESTERN = frozenset({"iso8859-1", "iso8859-15", "cp1252", "mac-roman"})
_GB = frozenset({"gb2312", "gbk", "gb18030"})
_BIG5 = frozenset({"big5", "big5hkscs", "cp950"})
_UTF = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "ascii")
_STATEFUL = ("utf-7", "hz", "iso2022")
"""Whose bytes of ASCII are not always those characters."""
_MARKUP = "<?xml =\"'>&;/"
_JUDGED = 2_000
"""Characters beyond ASCII after which a declaration that was not refuted is believed."""
_COMMON = 0.9
"""Part of the characters of a text that are in most use, as it is in Chinese."""
_SEVERAL = 3
"""Characters: a row of dots, or of degrees, is one that comes often."""
_DOUBTED = 0.6
"""What it is in nonsense is less."""
_HAN_RUN = re.compile("[\u4e00-\u9fff]{2,}")
_BEYOND = re.compile("[^\x00-\x7f]+")
_BEYOND_ASCII = re.compile(rb"[^\x00-\x7f]")


def check_no_utf_32(start: bytes) -> None:
    """Raises `DocumentRefused`. start: of a file."""
    mark = next((f"byte order mark, {order}" for mark, order in _MARKS.items() if start.startswith(mark)), None)
    if mark or _ZEROS.match(start):
        told = mark or "three zero bytes with each character"
        right = "right is UTF-8 or GB 18030, and in XML UTF-16 too"
        raise DocumentRefused(DocumentProblem.UNKNOWN_FORMAT, f"found a text in UTF-32 ({told}); {right}")


def declared_in(start: bytes) -> str | None:
    """The encoding that an XML document that begins so declares. None of one that is told by its byte order mark."""
    met = _DECLARED.match(start)
    return met[1].decode("ascii", "replace").strip() if met else None


def codec_of(name: str) -> codecs.CodecInfo:
    """Raises `DocumentRefused` for an encoding that is not known, or in which markup is not written as in ASCII or UTF-16."""
    try:
        codec = codecs.lookup(name)
        plain = codec.name in _UTF or (not codec.name.startswith(_STATEFUL) and _MARKUP.encode(name) == _MARKUP.encode())
    except (LookupError, ValueError):
        plain, codec = False, None
    if codec is None or not plain:
        found = f"found the declared encoding {shown(name)}, which is not read"
        raise DocumentRefused(DocumentProblem.UNKNOWN_FORMAT, f"{found}; right is UTF-8, GB 18030 or UTF-16")
    return codec


class _Reading:
    """The characters beyond ASCII of a text, in one encoding. whole: whether all of it could be read so far."""

    def __init__(self, codec: codecs.CodecInfo) -> None:
        self._decoder = codec.incrementaldecoder("strict") if codec.incrementaldecoder else None
        self.whole = self._decoder is not None
        self.beyond = ""
        self.run = ""

    def take(self, data: bytes) -> None:
        if not self.whole or self._decoder is None:
            return
        try:
            text = self._decoder.decode(data)
        except UnicodeDecodeError:
            self.whole = False
            return
        self.beyond += "".join(_BEYOND.findall(text))[:_JUDGED]
        if not self.run and (met := _HAN_RUN.search(text)):
            self.run = met[0]

    def common(self, codec: str, first: int, last: int) -> float:
        """The part of the characters whose first byte is one of these in an encoding, punctuation of GB 2312 left aside."""
        leads = [one[0] if (one := char.encode(codec, "ignore")) else 0 for char in self.beyond]
        told = [lead for lead in leads if codec != "gb2312" or not 0xA1 <= lead <= 0xA9]
        return sum(first <= lead <= last for lead in told) / len(told) if told else 0.0


def _common_gb(reading: _Reading) -> float:
    """Level 1 of GB 2312: the 3,755 characters in most use."""
    return reading.common("gb2312", 0xB0, 0xD7)


def _common_big5(reading: _Reading) -> float:
    """Level 1 of Big5: the 5,401 characters in most use, and the punctuation before them."""
    return reading.common("big5", 0xA1, 0xC6)


def _all_known(reading: _Reading, codec: str) -> bool:
    return not any(char.encode(codec, "ignore") == b"" for char in reading.beyond)


class Declared:
    """A text in XML, checked as it is read against the encoding that it declares. UTF-8 and UTF-16 the parser checks; in any other
    nearly all bytes are some text, though another than was meant. Where that is in doubt the declaration is believed."""

    def __init__(self, start: bytes) -> None:
        """Raises `DocumentRefused` for an encoding that is not read. start: the first bytes."""
        self._name = declared_in(start)
        codec = codec_of(self._name) if self._name else None
        self._codec = codec.name if codec else ""
        self._open = codec is not None and codec.name not in _UTF
        self._own = _Reading(codec or codecs.lookup("ascii"))
        self._utf_8, self._gb = (_Reading(codecs.lookup(name)) for name in ("utf-8", "gb18030"))
        self._lines = 1

    def check(self, data: bytes) -> None:
        """Of the next bytes. Raises `DocumentRefused`."""
        if not self._open:
            return
        met = _BEYOND_ASCII.search(data)
        for reading in (self._own, self._utf_8, self._gb):
            reading.take(data)
        line = self._lines + data.count(b"\n", 0, met.start() if met else len(data))
        self._lines += data.count(b"\n")
        if met is None:
            return
        if self._utf_8.whole and self._utf_8.beyond and self._is_utf_8():
            raise self._refused("UTF-8", self._utf_8.beyond, line)
        if self._gb.whole and self._gb.run and self._is_gb():
            raise self._refused("GB 18030", self._gb.run, line)
        self._open = (self._utf_8.whole or self._gb.whole) and len(self._utf_8.beyond) + len(self._gb.beyond) < _JUDGED

    def _is_utf_8(self) -> bool:
        """Of bytes that are. Two in a row, as of an accented letter, may well be one of Chinese; hardly ever three, and six."""
        read = self._utf_8.beyond
        wide = any(char >= "\u0800" for char in read)
        if self._codec in _WESTERN:
            return wide or any("\xa0" <= char <= "\xff" for char in read) or len(set(read)) > 2
        if not wide or not self._own.whole:
            return wide
        if self._codec in _GB:
            return _common_gb(self._own) < _DOUBTED or not _all_known(self._own, "gb2312")
        return self._codec not in _BIG5 or _common_big5(self._own) < _DOUBTED

    def _is_gb(self) -> bool:
        """Of bytes that may be: nearly all are characters in most use, several, and some side by side, as letters with accents are not."""
        several = len(set(self._gb.beyond)) >= _SEVERAL
        if self._codec not in _WESTERN | _BIG5 or not several or (common := _common_gb(self._gb)) < _COMMON:
            return False
        return self._codec in _WESTERN or not self._own.whole or _common_big5(self._own) < common

    def _refused(self, encoding: str, text: str, line: int) -> DocumentRefused:
        found = f"found the declared encoding {shown(self._name or '')}, and in line {line} bytes that are {encoding}: {shown(text, 40)}"
        return DocumentRefused(DocumentProblem.MALFORMED_DOCUMENT, f"{found}; right is to declare the encoding that is used")
