"""QB/T 4971-2018 annex C: an item with what is told of its batch, as the standard's own example has it (一条单品数据)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, ClassVar

from pydantic import ValidationInfo

from graph.model.codes import MalformedCode, read_code
from graph.model.identifiers import Kind, MalformedId, check_number
from graph.model.problems import Problem, ProblemCode
from graph.model.records.base import Record
from graph.model.records.order import not_before
from graph.model.records.values import Day, Days, Instant, fail, found, name_of, own_name_of, owner_in, read_by

_KEYS = ("(", "]", "urn:", "http:", "https:", f"{Kind.PACKAGE}/")
"""How codes begin that are more than an enterprise's code and a number."""


def _number(value: object, info: ValidationInfo) -> str:
    """Of the code on the item: `<enterprise code>.<number>`, a GS1 key, an address, or the number alone."""
    owner = owner_in(info)
    if not isinstance(value, str):
        fail(ProblemCode.MALFORMED_NUMBER, f"found {found(value)}; right is the code on the item")
    try:
        if value.startswith(_KEYS):
            return read_code(value, owner)[-1].number
        return check_number(value.removeprefix(f"{owner}."))
    except (MalformedCode, MalformedId) as error:
        fail(ProblemCode.MALFORMED_NUMBER, str(error))


class PackedItem(Record):
    """number: of the item. batch, production_date, best_before, shelf_life_days, product: of what it was packed from."""

    KIND: ClassVar[Kind] = Kind.PACKAGE

    number: Annotated[str, read_by(_number)]
    shelf_life_days: Days | None = None
    batch: Annotated[str, own_name_of(Kind.PRODUCTION_BATCH)]
    production_date: Day
    best_before: Day | None = None
    product: Annotated[str, name_of(Kind.PRODUCT)] | None = None
    packed_at: Instant
    parent: Annotated[str, own_name_of(Kind.PACKAGE)] | None = None

    def rules(self, owner: str) -> Iterator[Problem]:
        yield from not_before("bestBefore", self.best_before, "productionDate", self.production_date)
        if self.parent is not None and self.parent == self.id(owner):
            yield Problem(ProblemCode.IN_ITSELF, "parent", f"found the package {self.parent} itself; right is a package of a higher level")

    @property
    def keeps_until(self) -> str | None:
        """YYYY-MM-DD: as told, or by the shelf life; None where no calendar holds it."""
        if self.best_before is not None or self.shelf_life_days is None:
            return self.best_before
        try:
            return (date.fromisoformat(self.production_date) + timedelta(days=self.shelf_life_days)).isoformat()
        except OverflowError:
            return None
