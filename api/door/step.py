"""The time of a look-up's answer tells nothing of the code: answers leave at whole steps after the request came."""

import asyncio
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOKED_UP = "looked_up"
"""In a request's state: that it looked codes up."""


class InSteps:
    """Around whatever looks codes up. A step (s) is longer than a look-up takes; one that takes longer leaves a step later, like any other.
    To wait costs nothing but a timer."""

    def __init__(self, app: ASGIApp, step: float) -> None:
        self.app = app
        self.step = step

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self.step:
            await self.app(scope, receive, send)
            return
        came = time.monotonic()

        async def in_steps(message: Message) -> None:
            if message["type"] == "http.response.start" and scope.get("state", {}).get(LOOKED_UP):
                await asyncio.sleep(self.step - (time.monotonic() - came) % self.step)
            await send(message)

        await self.app(scope, receive, in_steps)
