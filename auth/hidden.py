"""Names of records that a viewer may not read: opaque, the same in every answer to the same viewer, of no use to another."""

import hashlib
import hmac
from dataclasses import dataclass

from auth.actor import Actor

_SHOWN_BYTES = 16


@dataclass(frozen=True, slots=True)
class HiddenNames:
    """key: secret of this installation; who has it can test a guess at a hidden ID."""

    key: bytes

    def of(self, actor: Actor, record_id: str) -> str:
        bounds = actor.region or "", actor.product_class or ""
        viewer = f"{actor.role}:{actor.enterprise or ':'.join(bounds).rstrip(':')}"
        digest = hmac.digest(self.key, f"{viewer}\0{record_id}".encode(), hashlib.sha256)
        return f"hidden/{digest[:_SHOWN_BYTES].hex()}"
