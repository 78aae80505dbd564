"""Places for work that goes on side by side, of which no enterprise has them all."""

import asyncio
from collections.abc import Callable
from weakref import WeakValueDictionary


class Shares:
    """So many places of all, and so many of one enterprise, so that who has much to do leaves room for others."""

    def __init__(self, of_all: int, of_one: int) -> None:
        self._of_one = of_one
        self._places = asyncio.Semaphore(of_all)
        self._own = WeakValueDictionary[str, asyncio.Semaphore]()

    async def take(self, enterprise: str) -> Callable[[], None]:
        """A place, once there is one; what is returned gives it back, and is called once."""
        own = self._own.setdefault(enterprise, asyncio.Semaphore(self._of_one))
        await own.acquire()
        try:
            await self._places.acquire()
        except BaseException:
            own.release()
            raise

        def give_back() -> None:
            self._places.release()
            own.release()

        return give_back
