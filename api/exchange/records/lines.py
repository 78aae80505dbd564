"""The lines of a text file in UTF-8 or GB 18030, each with its number and size, in bounded memory."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.exchange.items import DocumentProblem, DocumentRefused
from api.exchange.metered import Metered
from graph.model.problems import Problem, ProblemCode

UTF_8, GB_18030 = "utf-8", "gb18030"
ENCODINGS = {"utf-8": UTF_8, "utf8": UTF_8, "gb18030": GB_18030, "gb-18030": GB_18030, "gbk": GB_18030, "gb2312": GB_18030}
"""By the names that files and people give them; GB 18030 has all of GBK and GB 2312."""
_MARK = b"\xef\xbb\xbf"
_OTHER_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_ASCII = bytes(range(128))
_WIDE = re.compile("[\u0800-\U0010ffff]")
"""What takes three bytes or four of UTF-8, as Chinese does: hardly ever the bytes of a text in GB 18030."""
_ESCAPED = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Line:
    """number: from 1. text: with its end; a byte that is none of the encoding's is a lone surrogate, as is each byte beyond ASCII of a
    line that is of the other encoding. ended: whether it has an end."""

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
        known = known or _told_by(whole)
        for line in whole:
            number += 1
            yield Line(number, _decoded(line, known, said=encoding is not None) + "\n", len(line) + 1, ended=True)
    if rest:
        text = _decoded(rest, known or _told_by([rest]), said=encoding is not None)
        yield Line(number + 1, text, len(rest), ended=False)


def _begun(data: bytes, known: str | None) -> tuple[bytes, str | None]:
    for mark, name in _OTHER_MARKS.items():
        if data.startswith(mark):
            raise DocumentRefused(DocumentProblem.UNKNOWN_FORMAT, f"found a text in {name}; right is UTF-8 or GB 18030")
    return (data[len(_MARK) :], UTF_8) if data.startswith(_MARK) else (data, known)


def _told_by(lines: Sequence[bytes]) -> str | None:
    """That of most of these lines, the first where they are even; None while all is ASCII, which is both.

    Line by line: one of another encoding would else make all of them unreadable in their own, and readable, as nonsense, in GB 18030.
    """
    told = [encoding for line in lines if not line.isascii() and (encoding := _encoding_of(line))]
    if told:
        return max(told, key=told.count)
    return None if all(line.isascii() for line in lines) else UTF_8


def _encoding_of(line: bytes) -> str | None:
    """None for one that tells nothing: in both, as short texts of signs with two bytes may be, or in neither."""
    if _like_utf_8(line):
        return UTF_8
    return GB_18030 if _is_in(line, GB_18030) and not _is_in(line, UTF_8) else None


def _like_utf_8(line: bytes) -> bool:
    """Whether its bytes beyond ASCII are characters of UTF-8 with three bytes or more: one of them where all can be read, and most of
    them in a line of which some bytes were damaged."""
    whole = _is_in(line, UTF_8)
    wide = len(_WIDE.findall(line.decode(UTF_8, "ignore")))
    return wide > 0 if whole else wide * 6 > len(line.translate(None, _ASCII))


def _is_in(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(line: bytes, encoding: str | None, *, said: bool) -> str:
    """said: whether the call told the encoding; then a line that may be either is of that one."""
    if encoding == GB_18030:
        other = not line.isascii() and (_like_utf_8(line) or (not said and _is_in(line, UTF_8)))
    else:
        other = not _is_in(line, UTF_8) and _encoding_of(line) == GB_18030
    return line.decode("ascii" if other else encoding or UTF_8, "surrogateescape")


def misread(text: str) -> Problem | None:
    """What is wrong with a text that has bytes of another encoding."""
    if text.isascii() or not _ESCAPED.search(text):
        return None
    found = {UTF_8: "text in UTF-8 in a file of GB 18030", GB_18030: "text in GB 18030 in a file of UTF-8"}.get(
        _other_encoding(text) or "", "bytes that are no text in the encoding of the file"
    )
    return Problem(ProblemCode.MALFORMED, "", f"found {found}; right is one encoding for all of it, UTF-8 or GB 18030")


def readable(text: str) -> str:
    """A text with bytes of the other encoding as that reads them, for those who mend it; with `?` for what nothing reads."""
    if misread(text) is None:
        return text
    return _bytes_of(text).decode(_other_encoding(text) or UTF_8, "replace").replace("\ufffd", "?")


def _other_encoding(text: str) -> str | None:
    """That of a text of which no byte beyond ASCII was read."""
    if not _ESCAPED.sub("", text).isascii():
        return None
    data = _bytes_of(text)
    if _is_in(data, UTF_8):
        return UTF_8
    return GB_18030 if not _like_utf_8(data) and _is_in(data, GB_18030) else None


def _bytes_of(text: str) -> bytes:
    return text.encode(UTF_8, "surrogateescape")
