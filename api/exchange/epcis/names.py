"""Namespaces of a JSON-LD document: from `prefix:name` to `{namespace}name`.

Only prefixes are taken from a context. Contexts by address are the standard's own, or left alone: nothing is fetched.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from graph.model.problems import Problem, ProblemCode

MASTER_DATA = "urn:epcglobal:cbv:mda"
"""Of ILMD fields. JSON-LD's context writes it with a colon at its end."""
STANDARD = {
    "cbvmda": MASTER_DATA,
    "gs1": "https://gs1.org/voc/",
    "cbv": "https://ref.gs1.org/cbv/",
    "epcis": "https://ref.gs1.org/epcis/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "dcterms": "http://purl.org/dc/terms/",
}
DEPTH = 60
"""Of objects within an event."""
NAME_LENGTH = 2_000
"""Characters of a namespace, and of a name within one."""
NAMESPACES = 150
"""Of the names in one event, whose element declares them all in XML, where the document has some beside them."""
XML = "http://www.w3.org/XML/1998/namespace"
IN_ATTRIBUTES = tuple(f"{{{namespace}}}" for namespace in (XML, STANDARD["xsi"]))
"""How the names begin that XML has in attributes wherever they are."""


def tidy(namespace: str) -> str:
    return MASTER_DATA if namespace == f"{MASTER_DATA}:" else namespace


def prefixes_in(context: object) -> dict[str, str]:
    """Namespace by prefix, of a context of any form."""
    found: dict[str, str] = {}
    for entry in cast("list[object]", context) if isinstance(context, list) else [context]:
        if isinstance(entry, Mapping):
            given = cast("Mapping[str, object]", entry)
            found.update({name: tidy(value) for name, value in given.items() if isinstance(value, str) and not name.startswith("@")})
    return found


def addresses_in(context: object) -> Iterator[str]:
    for entry in cast("list[object]", context) if isinstance(context, list) else [context]:
        if isinstance(entry, str):
            yield entry


@dataclass(slots=True)
class Names:
    """The prefixes of a document and of the event within it. used: prefix by namespace, of the names that were met."""

    known: Mapping[str, str]
    used: dict[str, str]
    problems: list[Problem]

    @classmethod
    def of(cls, *contexts: object) -> "Names":
        known = dict(STANDARD)
        for context in contexts:
            known.update(prefixes_in(context))
        return cls(known, {}, [])

    def expand(self, value: object, path: str = "", depth: int = 0) -> object:
        if depth > DEPTH:
            if not self.problems:
                message = f"found objects more than {DEPTH} deep; right is fewer"
                self.problems.append(Problem(ProblemCode.TOO_LONG, path[:200], message))
            return None
        if isinstance(value, Mapping):
            return self._object(cast("Mapping[str, object]", value), path, depth)
        if isinstance(value, list):
            return [self.expand(entry, f"{path}[{place}]", depth + 1) for place, entry in enumerate(cast("list[object]", value))]
        return value

    def _object(self, entries: Mapping[str, object], path: str, depth: int) -> object:
        expanded: dict[str, object] = {}
        for given, entry in entries.items():
            below = f"{path}.{given[:80]}" if path else given[:80]
            name = self._name(given, path)
            if name in expanded:
                message = "found the name a second time, under another prefix; right is to give it once"
                self.problems.append(Problem(ProblemCode.DUPLICATE, below, message))
            expanded[name] = self.expand(entry, below, depth + 1)
        return expanded

    def _name(self, name: str, path: str) -> str:
        if len(name) > NAME_LENGTH:
            self._too_long(name, path)
            return name
        prefix, colon, local = name.partition(":")
        if name.startswith("{"):
            self._unknown(name, path)
        if not colon:
            return name
        if local.startswith("//"):
            cut = max(name.rfind("/"), name.rfind("#")) + 1
            return f"{{{name[:cut]}}}{name[cut:]}"
        namespace = self.known.get(prefix)
        if namespace is None:
            self._unknown(name, path)
            return name
        if len(namespace) > NAME_LENGTH:
            self._too_long(name, path)
            return name
        self.used.setdefault(namespace, prefix)
        return f"{{{namespace}}}{local}"

    def _too_long(self, name: str, path: str) -> None:
        message = f"found a name, or its namespace, of more than {NAME_LENGTH:,} characters; right is a shorter one"
        self.problems.append(Problem(ProblemCode.TOO_LONG, f"{path}.{name[:80]}" if path else name[:80], message))

    def _unknown(self, name: str, path: str) -> None:
        message = f'found {name[:80]!r}, whose prefix no @context declares; right is to declare it, as in {{"example": "https://…/"}}'
        self.problems.append(Problem(ProblemCode.UNEXPECTED, f"{path}.{name[:80]}" if path else name[:80], message))
