"""Maternal and baby products draft 8.3.1 c, f and g: what the development of a product tried and found."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

from graph.model.identifiers import Kind
from graph.model.records.base import Record, Reference
from graph.model.records.values import LongText, MandatoryText, Text, clean, number_of, own_name_of


class ResearchRecord(Record):
    KIND: ClassVar[Kind] = Kind.PRODUCT

    number: Annotated[str, number_of(Kind.PRODUCT)]
    product: Annotated[str, own_name_of(Kind.PRODUCT)]
    project: MandatoryText
    stage: Text = None
    test_item: Text = None
    purpose: LongText = None
    method: LongText = None
    conditions: LongText = None
    data: LongText = None
    result: LongText = None
    problem: LongText = None
    action: LongText = None
    responsible: Text = None

    @classmethod
    def would_be(cls, owner: str, sent: Mapping[str, object]) -> str:
        return f"research/{owner}/{clean(sent.get('number') or '')}"

    @classmethod
    def id_of(cls, owner: str, name: str) -> str:
        return f"research/{owner}/{name}"

    def references(self) -> Iterator[Reference]:
        yield Reference("product", self.product)
