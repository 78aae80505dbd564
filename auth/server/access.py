"""What a client or a person may be given: a role, and what goes with it."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from auth.actor import Duty, Role
from auth.classes import ProductClass
from auth.region import Division

SCOPES = tuple(duty.value for duty in Duty)
"""The scopes of a token are the duties that it carries; a token of another role than ENTERPRISE has none."""


@dataclass(frozen=True, slots=True)
class Access:
    """enterprise, duties: of an ENTERPRISE. region, product_class: of a REGULATOR. ValueError for what does not go together."""

    role: Role
    enterprise: str | None = None
    duties: frozenset[Duty] = frozenset()
    region: str | None = None
    product_class: ProductClass | None = None

    def __post_init__(self) -> None:
        if (self.role is Role.ENTERPRISE) != (self.enterprise is not None):
            raise ValueError("the role ENTERPRISE goes with an enterprise code, and no other does")
        if self.duties and self.role is not Role.ENTERPRISE:
            raise ValueError(f"found a duty with the role {self.role}; duties are for the role ENTERPRISE")
        if self.region is not None and self.role is not Role.REGULATOR:
            raise ValueError(f"found a region with the role {self.role}; a region is for the role REGULATOR")
        if self.product_class is not None and self.role is not Role.REGULATOR:
            raise ValueError(f"found a product class with the role {self.role}; a product class is for the role REGULATOR")
        if self.region is not None:
            Division.of(self.region)
        if self.role is Role.PUBLIC:
            raise ValueError("found the role PUBLIC, which needs no token")

    @property
    def scope(self) -> str:
        return " ".join(sorted(self.duties))

    def narrowed(self, scope: str | None) -> str:
        """What of a scope is there, which may be nothing; all of it for None."""
        return self.scope if scope is None else " ".join(sorted(self.duties & set(scope.split())))

    def claims(self, scope: str) -> dict[str, Any]:
        """For a token whose scope was granted."""
        said: dict[str, Any] = {"role": self.role.value, "enterprise": self.enterprise, **self._bounds()}
        if self.role is Role.ENTERPRISE:
            said["duties"] = sorted(self.duties & set(scope.split()))
        return {name: value for name, value in said.items() if value is not None}

    def to_json(self) -> str:
        return json.dumps({"role": self.role.value, "enterprise": self.enterprise, "duties": sorted(self.duties), **self._bounds()})

    def _bounds(self) -> dict[str, str | None]:
        return {"region": self.region, "product_class": self.product_class and self.product_class.value}

    @staticmethod
    def of_json(text: str) -> "Access":
        kept: dict[str, Any] = json.loads(text)
        duties: Collection[str] = kept["duties"]
        bound = kept.get("product_class")
        product_class = None if bound is None else ProductClass(bound)
        return Access(Role(kept["role"]), kept["enterprise"], frozenset(Duty(duty) for duty in duties), kept["region"], product_class)
