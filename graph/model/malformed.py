"""A value that could not be read, kept in its place until its record is checked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Malformed:
    """found: what was given, fit for a message. expected: what would be right."""

    found: str
    expected: str
