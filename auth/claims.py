"""What the claims of a verified token say of who is asking. Pure: no I/O, no state."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from auth.actor import Actor, Duty, Role
from auth.classes import ProductClass
from auth.refusals import InvalidToken
from auth.region import Division

ROLES: Mapping[str, Role] = {role.value: role for role in Role}
DUTIES: Mapping[str, Duty] = {duty.value: duty for duty in Duty}
_ENTERPRISE_CODE = re.compile(r"[A-Z0-9]{4,20}")
_SUBJECT_LENGTH = 255


@dataclass(frozen=True, slots=True)
class ClaimMap:
    """The names of the claims, and what their values stand for.

    A name is that of a claim, or a path of names with dots between them, `realm_access.roles`. roles, duty_values: from a
    value of the claim to what it means; other values mean nothing. duties: with the empty name every ENTERPRISE has all duties.
    """

    role: str = "role"
    enterprise: str = "enterprise"
    duties: str = "duties"
    region: str = "region"
    product_class: str = "product_class"
    roles: Mapping[str, Role] = field(default_factory=lambda: ROLES)
    duty_values: Mapping[str, Duty] = field(default_factory=lambda: DUTIES)

    def actor(self, claims: Mapping[str, Any]) -> Actor:
        """The actor; InvalidToken where the claims name none: no role or several, no enterprise, a region or a class that is none."""
        subject = claims.get("sub")
        if not isinstance(subject, str) or not _plain(subject, _SUBJECT_LENGTH):
            raise InvalidToken("the claim sub is no plain text")
        named = {self.roles[value] for value in _texts(_at(claims, self.role)) if value in self.roles}
        if len(named) != 1:
            raise InvalidToken("its claims name no role" if not named else "its claims name several roles", self.role)
        [role] = named
        match role:
            case Role.ENTERPRISE:
                return Actor(subject, role, self._enterprise(claims), self._duties(claims))
            case Role.REGULATOR:
                return Actor(subject, role, region=self._region(claims), product_class=self._product_class(claims))
            case _:
                return Actor(subject, role)

    def _enterprise(self, claims: Mapping[str, Any]) -> str:
        [code, *others] = _texts(_at(claims, self.enterprise)) or [""]
        if others or not _ENTERPRISE_CODE.fullmatch(code):
            raise InvalidToken("its claims name no enterprise code, or several", self.enterprise)
        return code

    def _duties(self, claims: Mapping[str, Any]) -> frozenset[Duty]:
        if not self.duties:
            return frozenset(Duty)
        values = [word for text in _texts(_at(claims, self.duties)) for word in (text, *text.split())]
        return frozenset(self.duty_values[value] for value in values if value in self.duty_values)

    def _region(self, claims: Mapping[str, Any]) -> str | None:
        value = _at(claims, self.region)
        if value is None:
            return None
        # what cannot be understood must not be taken for "everywhere"
        try:
            Division.of(value if isinstance(value, str) else "")
        except ValueError as error:
            raise InvalidToken("the claim of the region is no division code of GB/T 2260", self.region) from error
        return cast("str", value)

    def _product_class(self, claims: Mapping[str, Any]) -> ProductClass | None:
        value = _at(claims, self.product_class)
        if value is None:
            return None
        if not isinstance(value, str) or value not in set(ProductClass):
            raise InvalidToken("the claim of the product class is no class of product", self.product_class)
        return ProductClass(value)


def _at(claims: Mapping[str, Any], name: str) -> object:
    """The value under the name as it stands, else under the path that it spells; None without one."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        if not isinstance(found, Mapping):
            return None
        found = cast("Mapping[str, object]", found).get(part)
    return found


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [each for each in cast("list[object]", value) if isinstance(each, str)] if isinstance(value, list) else []


def _plain(text: str, length: int) -> bool:
    return 0 < len(text) <= length and text.isprintable() and not text.isspace()
