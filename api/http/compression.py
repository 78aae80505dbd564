"""Long answers made shorter for who takes it.

What is compressed must not hold a secret beside text that somebody else chose (BREACH: the length tells how much they share).
So only answers of the GraphQL endpoint are, and of these only those without errors, which repeat what was sent. A browser sends no
token by itself - there are no cookies -, so another site cannot have it ask in somebody's name. Pages are not compressed at all.
"""

import gzip

import anyio.to_thread
import zstandard
from starlette.responses import Response

SHORTEST = 4_096
"""Bytes; what is shorter goes as it is."""
_IN_A_THREAD = 128 * 1024


async def compressed(response: Response, accept_encoding: str) -> Response:
    """The same answer, compressed where it is long and the client says that it can read that."""
    content = bytes(response.body)
    if len(content) < SHORTEST:
        return response
    response.headers["Vary"] = "Accept-Encoding"
    encoding = _chosen(accept_encoding)
    if encoding is None:
        return response
    work = _zstd if encoding == "zstd" else _gzip
    response.body = work(content) if len(content) < _IN_A_THREAD else await anyio.to_thread.run_sync(work, content)
    response.headers["Content-Encoding"] = encoding
    response.headers["Content-Length"] = str(len(response.body))
    return response


def _chosen(accept_encoding: str) -> str | None:
    taken: set[str] = set()
    for part in accept_encoding.lower().split(","):
        name, _, quality = part.partition(";")
        try:
            wanted = float(quality.strip().removeprefix("q=") or 1)
        except ValueError:
            wanted = 0.0
        if wanted > 0:
            taken.add(name.strip())
    return next((encoding for encoding in ("zstd", "gzip") if encoding in taken), None)


def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, 5, mtime=0)


def _zstd(content: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(content)
