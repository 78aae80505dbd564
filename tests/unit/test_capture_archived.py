"""Earlier versions of records: in the form in which records are sent, not in the one in which the graph keeps them."""

import json
from typing import Any, get_args

from pydantic.fields import FieldInfo

from graph.model.identifiers import Kind
from graph.model.kinds import PackageLevel
from graph.model.records.archived import as_sent, is_instant
from graph.model.records.base import FileFacts, Part, Record, canonical
from graph.model.records.batch import Batch
from graph.model.records.ingredient_lot import IngredientLot
from graph.model.records.package import Package
from graph.model.records.values import Instant

DIGEST = "ab" * 32


def archived(model: type[Record], sent: dict[str, Any]) -> dict[str, Any]:
    content = model.model_validate(sent, context="MAKER1").content({DIGEST: FileFacts("application/pdf", 7)})
    return json.loads(as_sent(model.KIND, canonical(content)))


def test_times_objects_and_files_come_back_as_they_were_sent() -> None:
    use = {"source": "milk/MAKER1/M1", "quantityKg": "12000.5", "at": "2026-07-01T08:30:00.250Z", "rework": False}
    batch = {
        "number": "B1",
        "batchKind": "FINISHED",
        "productionDate": "2026-07-01",
        "startedAt": "2026-07-01T08:00:00Z",
        "endedAt": "2026-07-01T09:00:00Z",
        "yieldKg": "9000",
        "producerNameAndContact": '{"not": "an object of ours"}',
        "productInspectionReport": {"name": "report.pdf", "sha256": DIGEST},
        "inputs": [use],
    }
    assert archived(Batch, batch) == batch
    lot: dict[str, Any] = {
        "number": "L1",
        "name": "Whey",
        "category": "MILK_BASE",
        "receivedAt": "2026-07-01T16:00:00+08:00",
        "quantityKg": "7.25",
        "certificates": [{"name": "a.pdf", "sha256": DIGEST}],
    }
    kept = archived(IngredientLot, lot | {"supplier": "enterprise/MAKER1"})
    assert kept["receivedAt"] == "2026-07-01T08:00:00Z"
    assert kept["certificates"] == lot["certificates"]


def test_what_the_model_does_not_know_stays() -> None:
    assert as_sent(Kind.FARM, '{"herd":7,"name":"v1"}') == '{"herd":7,"name":"v1"}'
    assert archived(Package, {"number": "C1", "level": PackageLevel.CASE.value, "packedAt": "2026-07-01T08:00:00Z"}) == {
        "number": "C1",
        "level": "CASE",
        "packedAt": "2026-07-01T08:00:00Z",
    }


def test_times_are_known_by_their_names() -> None:
    """The names of fields that hold an instant, and no others, are those that `is_instant` knows."""
    parts = [Part]
    while parts:
        part = parts.pop()
        parts += part.__subclasses__()
        for name, field in part.model_fields.items():
            assert is_instant(field.alias or name) == holds_instant(field), f"{part.__name__}.{name}"


def holds_instant(field: FieldInfo) -> bool:
    [reader] = get_args(Instant)[1:]
    return reader in field.metadata or repr(reader) in repr(field.annotation)
