"""Who is asking."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from auth.classes import ProductClass
from auth.scope import Scope


class Role(StrEnum):
    PUBLIC = "PUBLIC"
    CONSUMER = "CONSUMER"
    ENTERPRISE = "ENTERPRISE"
    REGULATOR = "REGULATOR"
    PLATFORM = "PLATFORM"


class Duty(StrEnum):
    """What somebody does within an enterprise; SYNC is a machine that sends records."""

    PRODUCTION = "production"
    QUALITY = "quality"
    WAREHOUSE = "warehouse"
    SALES = "sales"
    RESEARCH = "research"
    SYNC = "sync"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Actor:
    """subject: who, for the audit trail. enterprise: the code acted for; ENTERPRISE has one, the others none.
    duties: within that enterprise; the others have none. region, product_class: what a REGULATOR is bound to, a division code of GB/T 2260
    and a class of product; None is no bound. supervised: the enterprises within its bounds; none until the graph has been asked
    (`graph.regions`)."""

    subject: str
    role: Role
    enterprise: str | None = None
    duties: frozenset[Duty] = frozenset()
    region: str | None = None
    product_class: ProductClass | None = None
    supervised: frozenset[str] = frozenset()

    ANONYMOUS: ClassVar["Actor"]

    @property
    def bound(self) -> bool:
        """Whether a REGULATOR supervises some enterprises alone."""
        return self.region is not None or self.product_class is not None

    @property
    def scope(self) -> Scope:
        match self.role:
            case Role.REGULATOR:
                return Scope(everything=False, owners=self.supervised) if self.bound else Scope.ALL
            case Role.ENTERPRISE if self.enterprise:
                return Scope.of(self.enterprise)
            case _:
                return Scope.NONE


Actor.ANONYMOUS = Actor(subject="anonymous", role=Role.PUBLIC)
