"""Requests for access: in which state one is, and what a decision makes of it. Pure: no I/O; times are in ms."""

from dataclasses import dataclass, replace
from enum import StrEnum

from auth.actor import Role


class State(StrEnum):
    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    REVOKED = "REVOKED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"


class Verdict(StrEnum):
    APPROVE = "APPROVE"
    REFUSE = "REFUSE"
    REVOKE = "REVOKE"
    WITHDRAW = "WITHDRAW"
    """By who asked; the others are the owner's and the platform's."""


class NotDecidable(Exception):
    """The request is in a state in which this cannot be done; the message says what was found and what would be right."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a request stands. personal: whether it names personal data, and so needs the platform's approval beside the owner's.
    state: as it was decided last; a request ends by itself at `until`."""

    state: State
    until: int
    personal: bool
    owner_approved_at: int | None = None
    platform_approved_at: int | None = None
    decided_at: int | None = None
    decision_reason: str | None = None

    def at(self, now: int) -> State:
        ended = self.until <= now and self.state in {State.PENDING, State.APPROVED}
        return State.EXPIRED if ended else self.state

    def decided(self, verdict: Verdict, by: Role, reason: str | None, now: int) -> "Standing":
        """The same again changes nothing. by: PLATFORM, or ENTERPRISE for the owner; of a withdrawal the role of who asked."""
        state = self.at(now)
        match verdict, state:
            case Verdict.APPROVE, State.PENDING:
                return self._approved(by, now)
            case Verdict.REFUSE, State.PENDING:
                return replace(self, state=State.REFUSED, decided_at=now, decision_reason=reason)
            case Verdict.REVOKE, State.APPROVED:
                return replace(self, state=State.REVOKED, decided_at=now, decision_reason=reason)
            case Verdict.WITHDRAW, State.PENDING:
                return replace(self, state=State.WITHDRAWN, decided_at=now)
            case (Verdict.APPROVE, State.APPROVED) | (Verdict.REFUSE, State.REFUSED) | (Verdict.REVOKE, State.REVOKED):
                return self
            case Verdict.WITHDRAW, State.WITHDRAWN:
                return self
            case Verdict.WITHDRAW, _:
                raise NotDecidable(f"found a request that is {state.value}; right is one that is PENDING")
            case _:
                raise NotDecidable(f"found a request that is {state.value}; {_RIGHT.get(state, 'right is a new request')}")

    def _approved(self, by: Role, now: int) -> "Standing":
        owner = self.owner_approved_at if by is Role.PLATFORM else self.owner_approved_at or now
        platform = (self.platform_approved_at or now) if by is Role.PLATFORM else self.platform_approved_at
        if owner is None or (self.personal and platform is None):
            return replace(self, owner_approved_at=owner, platform_approved_at=platform)
        return replace(self, state=State.APPROVED, owner_approved_at=owner, platform_approved_at=platform, decided_at=now)


_RIGHT = {State.PENDING: "right is to approve or refuse it", State.APPROVED: "right is to revoke it"}
