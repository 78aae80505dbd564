"""Ends a statement on ArcadeDB that nobody waits for any more.

There a statement goes on after its connection is gone, until the engine's own limit. Neo4j needs none of this.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from graph.statements import Row, Statement, inline

SHOW = inline("engine/show_transactions", "SHOW TRANSACTIONS YIELD transactionId, currentQuery, startTime")
END = inline("engine/terminate_transactions", "TERMINATE TRANSACTIONS $ids")
_LOOKS = (0.0, 0.25, 1.0)
"""Seconds before each look: the engine may come to a statement after the connection that sent it is gone."""
_CLOCK_S = 0.05
Run = Callable[[Statement, dict[str, Any]], Awaitable[list[Row]]]


async def end_abandoned(run: Run, text: str, began: float) -> int:
    """Ends what runs `text` and was started since `began` (seconds since 1970); how many there were.

    The engine does not say whose statement is whose, so that an equal one of another caller may be hit: that one is
    told that it was terminated, and is tried again by `Graph`.
    """
    for pause in _LOOKS:
        await asyncio.sleep(pause)
        ids: list[Any] = [row["transactionId"] for row in await run(SHOW, {}) if _same(row, text, began)]
        if ids:
            await run(END, {"ids": ids})
            return len(ids)
    return 0


def _same(row: Row, text: str, began: float) -> bool:
    shown = str(row["currentQuery"] or "")
    if not shown or not text.startswith(shown.removesuffix("...")):
        return False
    return datetime.fromisoformat(str(row["startTime"])).timestamp() >= began - _CLOCK_S
