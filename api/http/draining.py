"""What a client still sends when it has its answer already. A client that sends all before it reads would see its connection reset
instead of the answer: the rest is read on and thrown away, up to a bound."""

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SECONDS = 10.0


class Draining:
    """bytes_most: of a body that nobody wants, read on after its answer."""

    def __init__(self, app: ASGIApp, bytes_most: int) -> None:
        self.app = app
        self.bytes_most = bytes_most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(scope):
            await self.app(scope, receive, send)
            return
        ended = False

        async def receiving() -> Message:
            nonlocal ended
            message = await receive()
            ended = ended or message["type"] == "http.disconnect" or not message.get("more_body", False)
            return message

        async def sending(message: Message) -> None:
            if ended or message["type"] != "http.response.body" or message.get("more_body", False):
                await send(message)
                return
            await send({**message, "more_body": True})
            size = 0
            with anyio.move_on_after(_SECONDS):
                while not ended and size <= self.bytes_most:
                    size += len((await receiving()).get("body", b""))
            await send({"type": "http.response.body", "body": b"", "more_body": False})

        await self.app(scope, receiving, sending)


def _has_body(scope: Scope) -> bool:
    """Not one that waits to be asked for it (`Expect: 100-continue`)."""
    headers = {name.lower() for name, _ in scope["headers"]}
    return bool(headers & {b"content-length", b"transfer-encoding"}) and b"expect" not in headers
