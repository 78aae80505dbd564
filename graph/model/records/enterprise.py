"""QB/T 4971-2018 table 1-1 row 2 and table 6 rows 12-19 and 21."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

from auth.classes import ProductClass
from graph.model.identifiers import Kind, enterprise_id
from graph.model.problems import Problem
from graph.model.records.base import FileRef, Record
from graph.model.records.lists import distinct
from graph.model.records.values import DivisionCode, EnterpriseCode, MandatoryText, Text, clean, one_of


class Enterprise(Record):
    KIND: ClassVar[Kind] = Kind.ENTERPRISE
    NAMED_BY: ClassVar[str] = "code"

    code: EnterpriseCode
    name: MandatoryText
    address: Text = None
    division_code: DivisionCode = None
    product_classes: tuple[Annotated[str, one_of(ProductClass)], ...] = ()
    contact: Text = None
    phone: Text = None
    website: Text = None
    integrity_certificate_number: Text = None
    integrity_certificate: FileRef | None = None
    integrity_certificate_validity: Text = None
    production_licence_number: Text = None
    production_licence_validity: Text = None
    enterprise_trace_url: Text = None

    def rules(self, owner: str) -> Iterator[Problem]:
        yield from distinct("productClasses", self.product_classes)

    @classmethod
    def would_be(cls, owner: str, sent: Mapping[str, object]) -> str:
        return enterprise_id(clean(sent.get("code") or ""))

    @classmethod
    def id_of(cls, owner: str, name: str) -> str:
        """Of the enterprise itself, whoever records it."""
        return enterprise_id(name)
