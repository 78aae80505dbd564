"""Closed-loop clients over HTTP/1.1 with as little work of their own as can be, and the CPU time of the process that answers them."""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

_TICKS = os.sysconf("SC_CLK_TCK")


class Refused(Exception):
    """An answer that is no answer; the message is its beginning."""


class Connection:
    """One kept-alive connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes) -> None:
        self._reader = reader
        self._writer = writer
        self._head = head

    @classmethod
    async def open(cls, url: str, token: str | None = None) -> "Connection":
        to = urlsplit(url)
        reader, writer = await asyncio.open_connection(to.hostname, to.port, limit=2**26)
        given = f"Authorization: Bearer {token}\r\n" if token else ""
        head = f"POST {to.path} HTTP/1.1\r\nHost: {to.netloc}\r\nContent-Type: application/json\r\n{given}Content-Length: "
        return cls(reader, writer, head.encode())

    async def post(self, body: bytes) -> bytes:
        """The body of the answer; `Refused` unless it is a 200 without errors."""
        self._writer.write(self._head + str(len(body)).encode() + b"\r\n\r\n" + body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        answer = await self._reader.readexactly(length)
        if not head.startswith(b"HTTP/1.1 200") or b'"errors"' in answer:
            raise Refused((head.split(b"\r\n")[0] + b" " + answer[:500]).decode())
        return answer

    def close(self) -> None:
        self._writer.close()


@dataclass(slots=True)
class Target:
    """A process that answers questions at an address."""

    url: str
    pid: int
    token: str | None = None

    def cpu_seconds(self) -> float:
        """User and system time of the process and its threads until now."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


@dataclass(slots=True)
class Measured:
    """latencies: s, one an answer."""

    latencies: list[float] = field(default_factory=list[float])
    cpu: float = 0.0
    wall: float = 0.0

    def add(self, other: "Measured") -> None:
        self.latencies += other.latencies
        self.cpu += other.cpu
        self.wall += other.wall


async def ask(target: Target, body: Callable[[], bytes], clients: int, seconds: float) -> Measured:
    """Each client asks again as soon as it is answered, until the time is up."""
    connections = [await Connection.open(target.url, target.token) for _ in range(clients)]
    measured = Measured()
    began, cpu = time.perf_counter(), target.cpu_seconds()
    until = began + seconds

    async def one(connection: Connection) -> None:
        while (asked := time.perf_counter()) < until:
            await connection.post(body())
            measured.latencies.append(time.perf_counter() - asked)

    await asyncio.gather(*map(one, connections))
    measured.wall, measured.cpu = time.perf_counter() - began, target.cpu_seconds() - cpu
    for connection in connections:
        connection.close()
    return measured
