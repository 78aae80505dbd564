"""Files in NDJSON, before the records that name them: in pieces, each a line of its own, `{"kind": "file", …}`."""

import asyncio
import base64
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from api.exchange.records.kinds import RecordKind
from api.exchange.records.told import Told
from api.files import MEDIA_TYPES, BrokenFile, FileStore
from api.recording import digests_of
from auth.actor import Actor
from graph.capture import Outcome, Status, read_record
from graph.model.identifiers import shown
from graph.model.problems import Problem, ProblemCode
from graph.model.records.base import Record
from graph.model.records.values import Count, MandatoryText, Sha256, clean, fail, found


def _bytes_of(text: object) -> bytes:
    """Of Base64, with or without line breaks, but with nothing else in it: other readers leave that out without a word."""
    if not isinstance(text, str):
        fail(ProblemCode.MALFORMED, f"found {found(text)}; right is the bytes of the piece in Base64, as a text")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        right = "right is the bytes of the piece in Base64 (RFC 4648, 4), with its padding"
        fail(ProblemCode.MALFORMED, f"found {shown(text, 40)}, which is no Base64; {right}")


class FilePiece(Record):
    """size: of the file, in bytes. offset: of the first byte in it. base64: the bytes."""

    NAMED_BY: ClassVar[str] = "sha256"

    sha256: Sha256
    media_type: MandatoryText
    size: Count
    offset: Annotated[int, Field(ge=0)] = 0
    base64: Annotated[bytes, BeforeValidator(_bytes_of)]

    @classmethod
    def would_be(cls, owner: str, sent: Mapping[str, object]) -> str:
        return f"file/{clean(sent.get('sha256') or '')}"

    @classmethod
    def id_of(cls, owner: str, name: str) -> str:
        return f"file/{name}"

    def rules(self, owner: str) -> Iterator[Problem]:
        if self.media_type not in MEDIA_TYPES:
            right = f"right is one of {', '.join(sorted(MEDIA_TYPES))}"
            yield Problem(ProblemCode.NOT_LISTED, "mediaType", f"found {found(self.media_type)}; {right}")


FILE = RecordKind("file", "", "", "文件", FilePiece, None, once=False)
"""Of no mutation, and in no table."""


async def keep_pieces(sent: Sequence[Told], files: FileStore, actors: Sequence[Actor]) -> list[Outcome]:
    """An outcome per piece, in their order. actors: who have the files from then on. What came of a file that is not whole stays, so that
    the rest may follow."""
    return await asyncio.to_thread(lambda: [_kept(place, one, files, actors) for place, one in enumerate(sent)])


def unfinished(sent: Told, piece: FilePiece) -> Problem | None:
    """Of the last piece of a file that does not end it."""
    if not sent.ends or (there := piece.offset + len(piece.base64)) >= piece.size:
        return None
    message = f"found {there:,} of {piece.size:,} bytes, and no further piece after it; right is all of the file, one piece after the other"
    return Problem(ProblemCode.MALFORMED, "size", message)


def _kept(place: int, sent: Told, files: FileStore, actors: Sequence[Actor]) -> Outcome:
    owner = actors[0].enterprise or ""
    piece, name, problems = read_record(FilePiece, owner, place, sent.fields)
    name = name or FilePiece.would_be(owner, sent.fields)
    if piece is None or problems:
        return Outcome(name, Status.REJECTED, tuple(problems))
    if piece.size > files.most:
        message = f"found a file of {piece.size:,} bytes; right is at most {files.most:,}"
        return Outcome(name, Status.REJECTED, (Problem(ProblemCode.OUT_OF_RANGE, "size", message),))
    try:
        new = files.put_piece(piece.sha256, piece.media_type, piece.size, piece.offset, piece.base64, actors)
    except BrokenFile as broken:
        return Outcome(name, Status.REJECTED, (Problem(ProblemCode.MALFORMED, broken.path, str(broken)),))
    if new and (problem := unfinished(sent, piece)):
        return Outcome(name, Status.REJECTED, (problem,))
    return Outcome(name, Status.CREATED if new else Status.UNCHANGED)


Page = list[dict[str, Any]]


async def with_files(pages: AsyncGenerator[tuple[RecordKind, Page]], files: FileStore) -> AsyncGenerator[tuple[RecordKind, Page]]:
    """The pages, each after the files that its records name, a piece at a time and each file once. Of a file whose bytes are not there
    the digest alone comes, which an import refuses: it is told of there."""
    sent: set[str] = set()
    async for kind, page in pages:
        for digest in sorted(set(digests_of(page)) - sent):
            sent.add(digest)
            pieces = files.pieces(digest)
            first = await asyncio.to_thread(next, pieces, None)
            if first is None:
                yield FILE, [{"sha256": digest}]
            while first is not None:
                stored, offset, piece = first
                text = base64.b64encode(piece).decode()
                yield FILE, [{"sha256": digest, "mediaType": stored.media_type, "size": stored.size, "offset": offset, "base64": text}]
                first = await asyncio.to_thread(next, pieces, None)
        yield kind, page
