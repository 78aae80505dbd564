"""Disclosure tiers: how far a field may travel. Each field of the schema carries one."""

from enum import StrEnum


class Tier(StrEnum):
    PUBLIC = "PUBLIC"
    """The public fields of QB/T 4971-2018 6.7: to everybody who holds a code, to partners, to supervisors."""
    SHARED = "SHARED"
    """What two parties both know of what passed between them: shipment, receipt, packages (MB table 7)."""
    INTERNAL = "INTERNAL"
    """Process, inspection, stock, partners' names: to the owner's staff by their duties, and to a regulator who says why."""
    RESTRICTED = "RESTRICTED"
    """Formula shares, research records, personal data: to named duties of the owner, to others by an approved request."""
