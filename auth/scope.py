"""The part of the graph that an actor may read. Every statement takes one; there is no default."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Scope:
    """Either everything, or the records of one enterprise, or nothing.

    The owner of a record is the enterprise code in its ID (`batch/6901234/B1` belongs to 6901234),
    so whether a record is in scope is known from its ID alone.
    """

    everything: bool
    enterprise: str | None = None
    kinds: frozenset[str] | None = None
    """Of the enterprise's records only these kinds, as they stand in IDs; None for all."""

    ALL: ClassVar["Scope"]
    NONE: ClassVar["Scope"]

    @classmethod
    def of(cls, enterprise: str) -> "Scope":
        return cls(everything=False, enterprise=enterprise)

    def sees(self, record_id: str) -> bool:
        if self.everything:
            return True
        kind, _, rest = record_id.partition("/")
        if self.enterprise is None or rest.partition("/")[0] != self.enterprise:
            return False
        return self.kinds is None or kind in self.kinds

    def parameters(self) -> dict[str, object]:
        """The `$scope` of a statement. No enterprise has the empty code, so "" matches no record.

        sites: how the IDs of the enterprise's own sites begin.
        public: the fields that everybody may read of a package whose code they hold (QB/T 4971-2018 6.7).
        """
        code = self.enterprise or ""
        return {"all": self.everything, "enterprise": code, "sites": f"site/{code}/", "public": True}


Scope.ALL = Scope(everything=True)
Scope.NONE = Scope(everything=False)
