"""Cypher statements, one a file under graph/cypher/<noun>/; `statement("lineage/upstream")` loads lineage/upstream.cypher.

A file may open with `// variants: label=Farm,Site; sort=name,id`: its `%label%` and `%sort%` are then filled in from
those lists and nothing else, so that no text from outside ever becomes part of a statement. Several such lines are
several groups with the same slots: a statement takes all of its values from one of them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, LiteralString, Protocol, cast

FOLDER = Path(__file__).parent / "cypher"

UNSCOPED = frozenset({"engine", "migrations"})
"""The folders whose statements read no records on behalf of an actor."""

READING_PROCEDURES = frozenset({"db.awaitindexes", "db.index.fulltext.querynodes", "dbms.components"})
"""Any other procedure counts as writing: what it does cannot be read from the statement."""

# Comments are dropped, and so is what is inside quotes, in one pass: quotes in comments and `//` in texts are no such thing.
_QUIET = re.compile(r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`(?:``|[^`])*`", re.DOTALL)
_PARAMETER = re.compile(r"\$([A-Za-z_]\w*)")
_WRITING = re.compile(r"(?<![\w.$:])(?:CREATE|MERGE|SET|DELETE|REMOVE|DROP|ALTER|FOREACH|LOAD\s+CSV|IN\s+TRANSACTIONS)\b", re.IGNORECASE)
_PROCEDURE = re.compile(r"(?<![\w.$:])CALL\s+([A-Za-z_][\w.]*)", re.IGNORECASE)
_SLOT = re.compile(r"%([a-z]\w*)%")
_VARIANTS = "// variants:"


class Row(Protocol):
    """One row of an answer: `row["name"]` or `row[0]`."""

    def __getitem__(self, key: str | int, /) -> Any: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...
    def keys(self) -> list[str]: ...
    def data(self) -> dict[str, Any]: ...


class BadStatement(ValueError):
    """A statement's file breaks a rule, or there is none; the message names it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """name: `noun/stem`, with its variant in brackets; parameters: those that the text names, without the `$`."""

    name: str
    text: LiteralString
    parameters: frozenset[str]
    writes: bool

    def __str__(self) -> str:
        return self.name

    @property
    def scoped(self) -> bool:
        return "scope" in self.parameters

    def check(self, given: dict[str, Any]) -> None:
        """TypeError unless exactly the parameters that the text names are given; `scope` comes from the driver."""
        if given.keys() != self.parameters:
            missing = sorted(self.parameters - given.keys())
            extra = sorted(given.keys() - self.parameters)
            said = [f"lacks {', '.join(missing)}"] * bool(missing) + [f"does not know {', '.join(extra)}"] * bool(extra)
            raise TypeError(f"statement {self.name} {' and '.join(said)}")


def inline(name: str, text: str) -> Statement:
    """A statement that is made in code, such as a migration's. The text must never come from outside."""
    quiet = _QUIET.sub(" ", text)
    procedures = {found.lower() for found in _PROCEDURE.findall(quiet)}
    return Statement(
        name=name,
        text=cast(LiteralString, text),
        parameters=frozenset(_PARAMETER.findall(quiet)),
        writes=bool(_WRITING.search(quiet)) or not procedures <= READING_PROCEDURES,
    )


_Slots = dict[str, tuple[str, ...]]


@cache
def _source(name: str) -> tuple[str, tuple[_Slots, ...]]:
    """The text of a file without its lines of variants, and for each such line the values that the slots may take."""
    path = FOLDER / f"{name}.cypher"
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise BadStatement(f"there is no statement {name}") from None
    groups: list[_Slots] = []
    while text.startswith(_VARIANTS):
        line, _, text = text.partition("\n")
        groups.append(_slots(name, line.removeprefix(_VARIANTS)))
    used = set(_SLOT.findall(_QUIET.sub(" ", text)))
    for slots in groups or [{}]:
        if used != slots.keys():
            raise BadStatement(f"statement {name} uses the slots {sorted(used)} and its variants are {sorted(slots)}")
    return text, tuple(groups) or ({},)


def _slots(name: str, line: str) -> _Slots:
    slots: _Slots = {}
    for part in line.split(";"):
        slot, equals, values = part.partition("=")
        if not equals:
            raise BadStatement(f"statement {name}: found {part.strip()!r} among its variants; one is slot=value,value")
        slots[slot.strip()] = tuple(value.strip() for value in values.split(","))
    return slots


@cache
def _load(name: str, chosen: tuple[tuple[str, str], ...]) -> Statement:
    text, groups = _source(name)
    values = dict(chosen)
    if values.keys() != groups[0].keys():
        raise BadStatement(f"statement {name} has the slots {sorted(groups[0])}, not {sorted(values)}")
    if not any(all(value in slots[slot] for slot, value in values.items()) for slots in groups):
        raise BadStatement(f"statement {name} has no variant {_variant(values)}; it has {' or '.join(map(_choice, groups))}")
    full = f"{name}[{_variant({slot: values[slot] for slot in groups[0]})}]" if values else name
    made = inline(full, _SLOT.sub(lambda found: values.get(found[1], found[0]), text).strip())
    if not made.scoped and name.partition("/")[0] not in UNSCOPED:
        raise BadStatement(f"statement {name} does not name $scope")
    return made


def _variant(values: dict[str, str]) -> str:
    return ",".join(f"{slot}={value}" for slot, value in values.items())


def _choice(slots: _Slots) -> str:
    return "; ".join(f"{slot}={', '.join(values)}" for slot, values in slots.items())


def statement(name: str, **variant: str) -> Statement:
    """The statement of a file, by `noun/stem`; with variants, by a value for each slot. Loaded once; `BadStatement`."""
    return _load(name, tuple(sorted(variant.items())))


def all_statements() -> Iterator[Statement]:
    """Every statement there is, in each of its variants, in the order of names."""
    for path in sorted(FOLDER.rglob("*.cypher")):
        name = path.relative_to(FOLDER).with_suffix("").as_posix()
        _, groups = _source(name)
        chosen = dict.fromkeys(tuple(zip(slots, values, strict=True)) for slots in groups for values in product(*slots.values()))
        for values in chosen:
            yield statement(name, **dict(values))
