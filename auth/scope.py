"""The part of the graph that an actor may read. Every statement takes one; there is no default."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Scope:
    """Either everything, or the records of some enterprises (most often of one), or nothing.

    The owner of a record is the enterprise code in its ID (`batch/6901234/B1` belongs to 6901234),
    so whether a record is in scope is known from its ID alone.
    """

    everything: bool
    owners: frozenset[str] = frozenset()
    kinds: frozenset[str] | None = None
    """Of the enterprises' records only these kinds, as they stand in IDs; None for all."""

    ALL: ClassVar["Scope"]
    NONE: ClassVar["Scope"]

    @classmethod
    def of(cls, enterprise: str) -> "Scope":
        return cls(everything=False, owners=frozenset((enterprise,)))

    @property
    def enterprise(self) -> str | None:
        """The one enterprise; None for everything, nothing and several."""
        return next(iter(self.owners)) if len(self.owners) == 1 else None

    @property
    def nothing(self) -> bool:
        return not (self.everything or self.owners)

    def sees(self, record_id: str) -> bool:
        if self.everything:
            return True
        kind, _, rest = record_id.partition("/")
        return rest.partition("/")[0] in self.owners and (self.kinds is None or kind in self.kinds)

    def parameters(self) -> dict[str, object]:
        """The `$scope` of a statement. No enterprise has the empty code, so "" matches no record.

        some: whether anything can be in scope. enterprise: the only owner, where there is one alone.
        public: the fields that everybody may read of a package whose code they hold (QB/T 4971-2018 6.7).
        """
        owners = sorted(self.owners)
        return {"all": self.everything, "some": not self.nothing, "owners": owners, "enterprise": self.enterprise or "", "public": True}


Scope.ALL = Scope(everything=True)
Scope.NONE = Scope(everything=False)
