"""Files packed by gzip or zstd are unpacked as they are read; what would unpack to more than it may is refused on the way."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Protocol

import zstandard

from api.exchange.items import DocumentProblem, DocumentRefused

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_OTHERS = {b"PK\x03\x04": "a zip archive", b"BZh": "a bzip2 file", b"\xfd7zXZ": "an xz file", b"7z\xbc\xaf": "a 7z archive"}
_PIECE = 1024
"""Packed bytes at a time: zstd makes up to 128 kB of 4."""
_FREE = 16_000_000
"""Unpacked bytes up to which the ratio says nothing yet."""


@dataclass(frozen=True, slots=True)
class UnpackedLimits:
    """size: bytes unpacked. ratio: unpacked by packed bytes."""

    size: int
    ratio: int


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


def unpacked(file: IO[bytes], limits: UnpackedLimits, told: Callable[[int], None] | None = None) -> "Unpacked":
    """The file as it is, or unpacked, whatever its name; it can be read from its start again. Raises `DocumentRefused`.

    told: called with the bytes of the file read so far, packed.
    """
    file.seek(0)
    start = file.read(8)
    for magic, found in _OTHERS.items():
        if start.startswith(magic):
            raise DocumentRefused(DocumentProblem.UNKNOWN_FORMAT, f"found {found}; right is the file itself, or packed by gzip or zstd")
    make = {_GZIP: _gzip, _ZSTD: _zstd}.get(start[:2] if start.startswith(_GZIP) else start[:4])
    return Unpacked(file, make, limits, told)


def _gzip() -> _Unpacker:
    return zlib.decompressobj(31)


def _zstd() -> _Unpacker:
    return zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()


class Unpacked:
    """`read` and `seek(0)`, as readers of documents ask."""

    def __init__(
        self, file: IO[bytes], make: Callable[[], _Unpacker] | None, limits: UnpackedLimits, told: Callable[[int], None] | None
    ) -> None:
        self._file = file
        self._make = make
        self._limits = limits
        self._told = told
        self.seek(0)

    def seek(self, offset: int) -> int:
        if offset:
            raise ValueError("a document is read from its start")
        self._file.seek(0)
        self._unpacker: _Unpacker | None = None
        self._packed = self._size = 0
        self._rest = bytearray()
        self._over = b""
        return 0

    def read(self, size: int = -1) -> bytes:
        """At most 64 kB at a time."""
        wanted = size if 0 <= size <= 1 << 16 else 1 << 16
        if self._make is None:
            data = self._file.read(wanted)
            self._count(len(data), len(data))
            return data
        while len(self._rest) < wanted and self._more(self._make):
            pass
        data = bytes(self._rest[:wanted])
        del self._rest[:wanted]
        return data

    def _more(self, make: Callable[[], _Unpacker]) -> bool:
        """Unpacks another piece; False at the end. Packed files one after the other are one."""
        piece = self._over or self._file.read(_PIECE)
        if not piece:
            if self._unpacker is not None:
                raise DocumentRefused(
                    DocumentProblem.TRUNCATED, "found the end of the packed file before its content ended; right is all of it"
                )
            return False
        read = 0 if self._over else len(piece)
        self._over = b""
        try:
            unpacker = self._unpacker = self._unpacker or make()
            data = unpacker.decompress(piece)
        except (zlib.error, zstandard.ZstdError) as error:
            raise DocumentRefused(DocumentProblem.MALFORMED_DOCUMENT, f"found a packed file that cannot be unpacked: {error}") from error
        if unpacker.eof:
            self._over = unpacker.unused_data
            self._unpacker = None
        self._count(read, len(data))
        self._rest += data
        return True

    def _count(self, packed: int, size: int) -> None:
        self._packed += packed
        self._size += size
        if self._told:
            self._told(self._packed)
        if self._size > self._limits.size:
            message = f"found more than {self._limits.size:,} bytes unpacked; right is to spread them over several files"
            raise DocumentRefused(DocumentProblem.TOO_LARGE, message)
        if self._size > _FREE and self._size > self._packed * self._limits.ratio:
            message = (
                f"found a packed file of which {self._packed:,} bytes unpack to {self._size:,}; right is {self._limits.ratio} times at most"
            )
            raise DocumentRefused(DocumentProblem.TOO_LARGE, message)
