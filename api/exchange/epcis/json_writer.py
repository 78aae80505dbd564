"""Events as EPCIS 2.0 JSON-LD."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from api.exchange.epcis.event import Body, Value
from api.exchange.epcis.names import STANDARD

CONTEXT = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
_OURS = frozenset({"cbvmda", "gs1", "cbv", "epcis", "rdfs", "owl", "xsd", "dcterms"})
"""The prefixes that the standard's context declares."""


@dataclass(slots=True)
class Prefixes:
    """One prefix a namespace and one namespace a prefix, over all events of a document."""

    by_namespace: dict[str, str] = field(default_factory=lambda: {namespace: prefix for prefix, namespace in STANDARD.items()})
    declared: dict[str, str] = field(default_factory=dict[str, str])

    def add(self, wanted: Mapping[str, str]) -> None:
        for namespace, prefix in wanted.items():
            self._of(namespace, prefix)

    def write(self, value: Value) -> Value:
        if isinstance(value, Mapping):
            return {self._name(name): self.write(entry) for name, entry in value.items()}
        if isinstance(value, (str, int, float, bool)) or value is None:
            return value
        return [self.write(entry) for entry in value]

    @property
    def context(self) -> list[str | dict[str, str]]:
        return [CONTEXT, *({prefix: namespace} for prefix, namespace in self.declared.items())]

    def _name(self, name: str) -> str:
        if not name.startswith("{"):
            return name
        namespace, _, local = name[1:].rpartition("}")
        return f"{self._of(namespace, 'ns')}:{local}"

    def _of(self, namespace: str, wanted: str) -> str:
        known = self.by_namespace.get(namespace)
        if known is None:
            taken = self.declared.keys() | STANDARD.keys()
            known, count = wanted, 1
            while known in taken:
                count += 1
                known = f"{wanted}{count}"
            self.by_namespace[namespace] = known
        if known not in _OURS:
            self.declared.setdefault(known, namespace)
        return known


def write_events(events: Iterable[tuple[Body, Mapping[str, str]]]) -> tuple[list[Value], list[str | dict[str, str]]]:
    """The events, each given with the prefixes that its namespaces had, and the one context for all of them."""
    told = list(events)
    prefixes = Prefixes()
    for _, wanted in told:
        prefixes.add(wanted)
    written = [prefixes.write(body) for body, _ in told]
    return written, prefixes.context
