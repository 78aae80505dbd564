"""JSON documents of a provider, fetched within a size."""

from typing import Any, cast

import httpx2
import orjson

_BYTES = 1024 * 1024


class FetchFailed(Exception):
    """One sentence of what came instead of the document."""


async def fetch_object(client: httpx2.AsyncClient, address: str) -> dict[str, Any]:
    """The JSON object at the address; FetchFailed when there is none. The caller limits the time."""
    try:
        async with client.stream("GET", address, headers={"Accept": "application/json"}) as response:
            if response.status_code != 200:
                raise FetchFailed(f"found HTTP {response.status_code} at {address}; right is 200")
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > _BYTES:
                    raise FetchFailed(f"found more than {_BYTES} bytes at {address}")
        parsed: object = orjson.loads(bytes(body))
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        raise FetchFailed(f"{address} cannot be reached: {type(error).__name__}: {error}") from error
    except orjson.JSONDecodeError as error:
        raise FetchFailed(f"found no JSON at {address}") from error
    if not isinstance(parsed, dict):
        raise FetchFailed(f"found no JSON object at {address}")
    return cast("dict[str, Any]", parsed)
