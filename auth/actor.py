"""Who is asking."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from auth.scope import Scope


class Role(StrEnum):
    PUBLIC = "PUBLIC"
    CONSUMER = "CONSUMER"
    ENTERPRISE = "ENTERPRISE"
    REGULATOR = "REGULATOR"
    PLATFORM = "PLATFORM"


@dataclass(frozen=True, slots=True)
class Actor:
    """subject: who, for the audit trail. enterprise: the code acted for; ENTERPRISE has one, the others none."""

    subject: str
    role: Role
    enterprise: str | None = None

    ANONYMOUS: ClassVar["Actor"]

    @property
    def scope(self) -> Scope:
        match self.role:
            case Role.REGULATOR:
                return Scope.ALL
            case Role.ENTERPRISE if self.enterprise:
                return Scope.of(self.enterprise)
            case _:
                return Scope.NONE


Actor.ANONYMOUS = Actor(subject="anonymous", role=Role.PUBLIC)
