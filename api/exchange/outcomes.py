"""Outcomes as reports and answers tell them."""

from typing import Any

from api.exchange.epcis.recording import EventOutcome


def as_told(outcome: EventOutcome) -> dict[str, Any]:
    told: dict[str, Any] = {"event": outcome.index, "status": outcome.status.value}
    if outcome.line is not None:
        told["line"] = outcome.line
    if outcome.hash is not None:
        told["eventHash"] = outcome.hash
    if outcome.problems:
        told["problems"] = [{"code": one.code.value, "path": one.path, "message": one.message} for one in outcome.problems]
    if outcome.notes:
        told["notes"] = [{"path": one.path, "message": one.message} for one in outcome.notes]
    return told
