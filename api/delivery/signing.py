"""Signatures of what is delivered, by the scheme of Standard Webhooks: HMAC-SHA256 over ID, time and body."""

import base64
import hmac
import secrets
from collections.abc import Iterable

_PREFIX = "whsec_"


def fresh_secret() -> str:
    """256 random bits, in the form that libraries of Standard Webhooks take."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signed(letter: str, at: int, body: bytes, keys: Iterable[str]) -> dict[str, str]:
    """The headers. at: seconds, when it is sent, by which receivers refuse what is replayed. keys: each of them signs."""
    content = f"{letter}.{at}.".encode() + body
    signatures = [hmac.digest(base64.b64decode(key.removeprefix(_PREFIX)), content, "sha256") for key in keys]
    return {
        "webhook-id": letter,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(one).decode()}" for one in signatures),
    }
