"""Files kept by the digest of their content: the same bytes are kept once, under a name that cannot be guessed (model: Document)."""

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StoredFile:
    """sha256: 64 hexadecimal digits; size: bytes."""

    sha256: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class FileStore:
    """folder/ab/abcd…, and beside each file its media type."""

    folder: Path

    def put(self, media_type: str, content: bytes) -> StoredFile:
        """Kept before this returns, or OSError and nothing kept. The first media type of some bytes stays."""
        stored = StoredFile(hashlib.sha256(content).hexdigest(), media_type, len(content))
        known = self.find(stored.sha256)
        if known is not None:
            return known
        path = self._path(stored.sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._write(path, content)
        self._write(path.with_suffix(".json"), json.dumps(asdict(stored)).encode())
        return stored

    def find(self, sha256: str) -> StoredFile | None:
        """What is known of a file; None for a digest that is malformed or unknown."""
        path = self._path(sha256)
        try:
            return StoredFile(**json.loads(path.with_suffix(".json").read_bytes()))
        except FileNotFoundError:
            return None

    def path(self, sha256: str) -> Path:
        """Where the bytes of a file that `find` knows are."""
        return self._path(sha256)

    def _path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            return self.folder / "unknown"
        return self.folder / sha256[:2] / sha256

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
