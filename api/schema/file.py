"""Attached files."""

from collections.abc import Iterable
from urllib.parse import quote

import orjson
import strawberry

from api.schema.tiers import PUBLIC


@strawberry.type(directives=PUBLIC, description="A file that belongs to a record. Its bytes are kept under their digest.")
class File:
    name: str = strawberry.field(description="File name as uploaded.")
    media_type: str = strawberry.field(description="IANA media type, such as `application/pdf`.")
    sha256: str = strawberry.field(description="SHA-256 of the bytes, 64 hexadecimal digits.")
    size: int = strawberry.field(description="Bytes.")
    of_code: strawberry.Private[str | None] = None

    @strawberry.field(description="Where the bytes are.")
    def url(self) -> str:
        return f"/files/{self.sha256}" + (f"?code={quote(self.of_code, safe='')}" if self.of_code else "")


def file_of(text: str | None, of_code: str | None = None) -> File | None:
    """From the JSON text that the graph keeps. of_code: the code by which whoever asks may have it."""
    if text is None:
        return None
    kept = orjson.loads(text)
    return File(
        name=kept["name"],
        media_type=kept.get("mediaType") or "application/octet-stream",
        sha256=kept["sha256"],
        size=kept.get("size") or 0,
        of_code=of_code,
    )


def files_of(texts: Iterable[str] | None) -> list[File]:
    return [file for text in texts or () if (file := file_of(text))]
