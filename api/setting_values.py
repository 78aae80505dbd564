"""How the values of some settings are written, and what of them is refused."""

from collections.abc import Mapping
from typing import TypeVar, cast

import orjson

from auth.actor import Duty, Role
from auth.signed import ASYMMETRIC

T = TypeVar("T", Role, Duty)


def words(value: object) -> object:
    """`RS256, ES256` as a tuple."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def algorithms(found: tuple[str, ...]) -> tuple[str, ...]:
    """ValueError for an algorithm that is none, or whose key would be a shared secret."""
    wrong = [each for each in found if each not in ASYMMETRIC]
    if wrong or not found:
        raise ValueError(f"found {', '.join(wrong) or 'none'}; right are some of {', '.join(ASYMMETRIC)}")
    return found


def meanings(value: object, kind: type[T]) -> Mapping[str, T]:
    """`{"inspectors": "REGULATOR"}` as it stands in the environment, with the role or duty of each value."""
    parsed: object = orjson.loads(value) if isinstance(value, str) and value.strip() else value or {}
    if not isinstance(parsed, dict):
        raise ValueError(f'right is a JSON object, such as {{"value of the claim": "{next(iter(kind)).value}"}}')
    found: dict[str, T] = {}
    for name, meant in cast("dict[str, object]", parsed).items():
        if meant not in list(kind):
            raise ValueError(f"found {meant!r} for {name!r}; right is one of {', '.join(kind)}")
        found[name] = kind(str(meant))
    return found
