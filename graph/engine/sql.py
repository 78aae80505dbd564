"""SQL for the embedded engine, over its HTTP port: the one thing that Cypher has no words for there is a full-text index."""

import asyncio
import base64
import json
import urllib.error
import urllib.request
from contextlib import suppress
from typing import Any

from graph.engine.driver import HttpAccess
from graph.engine.errors import EngineError, EngineUnavailable


async def run_sql(access: HttpAccess, text: str, *, within: float = 3600.0) -> list[dict[str, Any]]:
    """The rows of one SQL statement, which must never come from outside. Raises `EngineError` or `EngineUnavailable`."""
    return await asyncio.to_thread(_run, access, text, within)


def _run(access: HttpAccess, text: str, within: float) -> list[dict[str, Any]]:
    login = base64.b64encode(f"{access.user}:{access.password}".encode()).decode()
    request = urllib.request.Request(  # noqa: S310 # the URL is the engine's own, on loopback
        f"{access.url}/api/v1/command/{access.database}",
        data=json.dumps({"language": "sql", "command": text}).encode(),
        headers={"Authorization": f"Basic {login}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=within) as answer:  # noqa: S310
            return json.load(answer)["result"]
    except urllib.error.HTTPError as error:
        detail = error.read().decode("utf-8", "replace")
        with suppress(ValueError, KeyError):
            detail = json.loads(detail)["detail"]
        raise EngineError(f"{text.split(' ON ')[0]}: {detail[:300]}") from error
    except OSError as error:
        raise EngineUnavailable(f"the engine at {access.url} cannot be reached: {error}") from error
