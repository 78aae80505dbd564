"""QB/T 4971-2018 table 2-1 row 2 产品配方: what a product is made of, in shares. Kept apart from the product, which more may read."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, ClassVar

from graph.model.identifiers import Kind, owner_of
from graph.model.problems import Problem, ProblemCode
from graph.model.records.base import Part, Record, Reference
from graph.model.records.lists import distinct, not_empty
from graph.model.records.values import Flag, MandatoryText, Quantity, clean, own_name_of
from graph.model.texts import decimal_text

_WHOLE = Decimal(100)


class FormulaShare(Part):
    """One ingredient's part of the product, in percent of its mass."""

    ingredient: MandatoryText
    share_percent: Quantity
    tolerance_percent: Quantity | None = None
    heat_sensitive: Flag | None = None


class Formula(Record):
    KIND: ClassVar[Kind] = Kind.PRODUCT
    NAMED_BY: ClassVar[str] = "product"

    product: Annotated[str, own_name_of(Kind.PRODUCT)]
    formula_version: MandatoryText
    shares: tuple[FormulaShare, ...]

    @classmethod
    def would_be(cls, owner: str, sent: Mapping[str, object]) -> str:
        return f"formula/{owner}/{clean(sent.get('product') or '').rpartition('/')[2]}"

    @classmethod
    def id_of(cls, owner: str, name: str) -> str:
        return formula_of(name)

    def references(self) -> Iterator[Reference]:
        yield Reference("product", self.product)

    def rules(self, owner: str) -> Iterator[Problem]:
        yield from not_empty("shares", [share.ingredient for share in self.shares])
        yield from distinct("shares", [share.ingredient for share in self.shares])
        total = sum((Decimal(share.share_percent) for share in self.shares), Decimal(0))
        if total > _WHOLE:
            found = f"found shares of {decimal_text(total)} % in all; right is at most 100 %"
            yield Problem(ProblemCode.OUT_OF_RANGE, "shares", found)

    def listed(self) -> int:
        return len(self.shares)


def formula_of(product: str) -> str:
    """The ID of the formula of a product; product: well-formed."""
    return f"formula/{owner_of(product)}/{product.split('/', 2)[2]}"
