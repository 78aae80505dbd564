"""The settings of a command: its options before those of the environment."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from api.cannot_serve import CannotServe
from api.settings import Settings

S = TypeVar("S", bound=Settings)
_RIGHT = {
    "int_parsing": "right is a whole number",
    "int_from_float": "right is a whole number",
    "float_parsing": "right is a number",
    "bool_parsing": "right is true or false",
}
"""By pydantic's name for what is wrong, where its own words would not do."""


def given_settings(model: type[S], options: Mapping[str, Any]) -> S:
    """options: None for what was not given. Raises `CannotServe`, which names the first that is wrong as a variable of the environment."""
    try:
        return model(**{name: value for name, value in options.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        said = _RIGHT.get(first["type"], first["msg"].removeprefix("Value error, ").replace("Input should be", "right is"))
        raise CannotServe(f"found {first['input']!r} as MILKLINE_{str(first['loc'][0]).upper()}; {said}") from error
