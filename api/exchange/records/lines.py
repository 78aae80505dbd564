"""The lines of a text file in UTF-8 or GB 18030, each with its number and size, in bounded memory."""

from collections.abc import Iterator
from dataclasses import dataclass

from api.exchange.items import DocumentProblem, DocumentRefused
from api.exchange.metered import Metered
from graph.model.problems import Problem, ProblemCode

UTF_8, GB_18030 = "utf-8", "gb18030"
ENCODINGS = {"utf-8": UTF_8, "utf8": UTF_8, "gb18030": GB_18030, "gb-18030": GB_18030, "gbk": GB_18030, "gb2312": GB_18030}
"""By the names that files and people give them; GB 18030 has all of GBK and GB 2312."""
_MARK = b"\xef\xbb\xbf"
_OTHER_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


@dataclass(frozen=True, slots=True)
class Line:
    """number: from 1. text: with its end; a byte that is none of the encoding's is a lone surrogate. ended: whether it has an end."""

    number: int
    text: str
    size: int
    ended: bool


def lines_of(file: Metered, encoding: str | None = None) -> Iterator[Line]:
    """encoding: one of `ENCODINGS`; without one the first lines that are not ASCII tell. Raises `DocumentRefused`."""
    number, rest, known = 0, b"", encoding
    while data := file.read(1 << 16):
        if not number and not rest:
            data, known = _begun(data, known)
        *whole, rest = (rest + data).split(b"\n")
        known = known or _told_by(b"\n".join(whole))
        for line in whole:
            number += 1
            yield Line(number, _decoded(line, known) + "\n", len(line) + 1, ended=True)
    if rest:
        yield Line(number + 1, _decoded(rest, known or _told_by(rest)), len(rest), ended=False)


def _begun(data: bytes, known: str | None) -> tuple[bytes, str | None]:
    for mark, name in _OTHER_MARKS.items():
        if data.startswith(mark):
            raise DocumentRefused(DocumentProblem.UNKNOWN_FORMAT, f"found a text in {name}; right is UTF-8 or GB 18030")
    return (data[len(_MARK) :], UTF_8) if data.startswith(_MARK) else (data, known)


def _told_by(lines: bytes) -> str | None:
    """None while all is ASCII, which is both."""
    if lines.isascii():
        return None
    for encoding in (UTF_8, GB_18030):
        try:
            lines.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return UTF_8


def _decoded(line: bytes, encoding: str | None) -> str:
    return line.decode(encoding or UTF_8, "surrogateescape")


def misread(text: str) -> Problem | None:
    """What is wrong with a text that has bytes of another encoding."""
    if text.isascii() or not any("\udc80" <= character <= "\udcff" for character in text):
        return None
    return Problem(
        ProblemCode.MALFORMED,
        "",
        "found bytes that are no text in the encoding of the file; right is one encoding for all of it, UTF-8 or GB 18030",
    )
