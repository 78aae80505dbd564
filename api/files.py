"""Files kept by the digest of their content: the same bytes are kept once, under a name that cannot be guessed (model: Document).

Whoever has the content has the digest too, so a digest alone opens nothing: a file is known to who uploaded it, and to everybody once a
record names it, since every field that holds a file is public. To others it is as if it were not there."""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from auth.actor import Actor, Role

_NAMED = "named"
MEDIA_TYPES = frozenset({"application/pdf", "image/png", "image/jpeg", "image/webp", "text/plain", "text/csv", "application/json"})
"""What is kept: nothing that a browser runs."""
PIECE = 3 << 18
"""Bytes of a file that travel at once, in base64 1 MiB."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """sha256: 64 hexadecimal digits; size: bytes; public: whether a record names it."""

    sha256: str
    media_type: str
    size: int
    public: bool


class BrokenFile(ValueError):
    """The pieces of a file do not make it. path: what of a piece is wrong."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path


@dataclass(frozen=True, slots=True)
class FileStore:
    """folder/ab/abcd…, and beside each file its media type: by each who uploaded it (`.of.<who>`), once a record names it (`.named`)."""

    folder: Path
    most: int = 32 << 20
    """Bytes of one file at the most."""

    def put(self, media_type: str, content: bytes, actor: Actor) -> StoredFile:
        """Kept before this returns, or OSError and nothing kept. The media type that an uploader told first stays."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            self._write(path, content)
        own = _beside(path, _uploaded_by(actor))
        if not own.exists():
            self._write(own, media_type.encode())
        return StoredFile(digest, own.read_text(), len(content), public=_beside(path, _NAMED).exists())

    def put_piece(self, sha256: str, media_type: str, size: int, offset: int, piece: bytes, actors: Sequence[Actor]) -> bool:
        """Of a file that comes in pieces, one after the other; the last one keeps the file for these actors. size: of the file, in bytes.
        offset: of the piece's first byte. Whether there was anything to do. `BrokenFile` when the pieces are not those of that file."""
        path = self.path(sha256)
        own = [_beside(path, _uploaded_by(actor)) for actor in actors]
        if all(beside.exists() for beside in own):
            return False
        begun = path.with_name(f".{path.name}.{_uploaded_by(actors[0])}.begun")
        path.parent.mkdir(parents=True, exist_ok=True)
        known = begun.stat().st_size if begun.exists() else 0
        if offset > known:
            raise BrokenFile(
                "offset", f"found byte {offset:,} next, after {known:,} bytes; right is all of the file, its pieces one after the other"
            )
        with begun.open("r+b" if begun.exists() else "w+b") as file:
            file.truncate(offset)
            file.seek(offset)
            file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        if offset + len(piece) < size:
            return True
        try:
            with begun.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            if offset + len(piece) > size or digest != sha256:
                found = f"found {offset + len(piece):,} bytes whose SHA-256 is {digest}"
                raise BrokenFile("sha256", f"{found}; right is {size:,} bytes with the one that is told")
            if not path.exists():
                begun.replace(path)
        finally:
            begun.unlink(missing_ok=True)
        for beside in own:
            if not beside.exists():
                self._write(beside, media_type.encode())
        return True

    def pieces(self, sha256: str) -> Iterator[tuple[StoredFile, int, bytes]]:
        """Of a file that `kept` knows: what is known of it, and each piece with its place. Nothing of one that it does not know."""
        found = self.kept(sha256)
        if found is None:
            return
        with self.path(sha256).open("rb") as file:
            at = 0
            while piece := file.read(PIECE):
                yield found, at, piece
                at += len(piece)

    def find(self, sha256: str, actor: Actor) -> StoredFile | None:
        """What the actor may know of a file; None for one that is malformed, not there, or neither public nor uploaded for the actor's
        enterprise. A regulator knows every file."""
        if actor.role is Role.REGULATOR:
            return self.kept(sha256)
        path = self.path(sha256)
        return self._told(sha256, [_beside(path, _NAMED), *([_beside(path, _uploaded_by(actor))] if actor.role in UPLOADERS else [])])

    def kept(self, sha256: str) -> StoredFile | None:
        """For who has read a record that names the file, or may know every file."""
        path = self.path(sha256)
        return self._told(sha256, [_beside(path, _NAMED), *sorted(path.parent.glob(f"{path.name}.of.*"))])

    def name(self, digests: Iterable[str], actor: Actor) -> None:
        """Records that were accepted name these files: from now on they are public."""
        for digest in digests:
            found = self.find(digest, actor)
            if found is not None and not found.public:
                self._write(_beside(self.path(digest), _NAMED), found.media_type.encode())

    def path(self, sha256: str) -> Path:
        """Where the bytes of a file that `find` knows are."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            return self.folder / "unknown"
        return self.folder / sha256[:2] / sha256

    def _told(self, sha256: str, places: Sequence[Path]) -> StoredFile | None:
        """By the first of the places that there is."""
        for beside in places:
            try:
                return StoredFile(sha256, beside.read_text(), self.path(sha256).stat().st_size, public=beside.suffix == f".{_NAMED}")
            except FileNotFoundError:
                continue
        return None

    def _write(self, path: Path, content: bytes) -> None:
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            with fresh.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)


UPLOADERS = frozenset({Role.ENTERPRISE, Role.PLATFORM})


def _uploaded_by(actor: Actor) -> str:
    # no enterprise has a code in small letters
    return f"of.{actor.enterprise or 'platform'}"


def _beside(path: Path, what: str) -> Path:
    return path.with_name(f"{path.name}.{what}")
