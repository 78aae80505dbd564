"""A partner's platform: takes letters on a real socket, and answers as it is told."""

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from json import JSONDecodeError
from typing import Any

import orjson
from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.functional.served import served


@dataclass(frozen=True, slots=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def told(self) -> Any:
        return orjson.loads(self.body)

    @property
    def codes(self) -> list[str]:
        return [one["traceCode"] for one in self.told["packages"]]

    def verified(self, secret: str) -> None:
        """By the library that receivers would use; it raises where the signature is not right."""
        try:
            Webhook(secret).verify(self.body, self.headers)
        except JSONDecodeError:
            assert not self.headers["content-type"].startswith("application/json")  # it has verified it, and reads JSON alone


@dataclass(slots=True)
class Receiver:
    """path: where it takes letters; others are for one that was at this port before.

    answers: what it does with the next letters, in turn, a status, `hang`, or `hold` until `released`; 200 when none is left.
    """

    url: str = ""
    path: str = "/"
    answers: list[int | str] = field(default_factory=list[int | str])
    received: list[Received] = field(default_factory=list[Received])
    headers: dict[str, str] = field(default_factory=dict[str, str])
    released: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    async def take(self, request: Request) -> Response:
        body = await request.body()
        if not request.url.path.startswith(self.path):
            return Response(status_code=404)
        with self._lock:
            self.received.append(Received(request.url.path, dict(request.headers), body))
            answer = self.answers.pop(0) if self.answers else 200
        if answer == "hang":
            await asyncio.sleep(30)
            return Response()
        if answer == "hold":
            await asyncio.to_thread(self.released.wait, 60)
            return Response()
        return Response(b"x" * 100_000, int(answer), self.headers)

    @property
    def codes(self) -> list[str]:
        return [code for one in self.received for code in one.codes]

    def wait(self, count: int, within: float = 30.0) -> Sequence[Received]:
        deadline = time.monotonic() + within
        while len(self.received) < count:
            assert time.monotonic() < deadline, f"{len(self.received)} of {count} letters came"
            time.sleep(0.05)
        return self.received


@contextmanager
def receiving(**tls: Any) -> Iterator[Receiver]:
    receiver = Receiver()
    app = Starlette(routes=[Route("/{path:path}", receiver.take, methods=["GET", "POST"])])
    with served(app, **tls) as url:
        receiver.url = url
        yield receiver
