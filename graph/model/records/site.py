"""QB/T 4971-2018 table 3 row 5 and table 4 row 3."""

from typing import Annotated, ClassVar

from graph.model.identifiers import Kind
from graph.model.kinds import SiteKind
from graph.model.records.base import Record
from graph.model.records.values import MandatoryText, Text, number_of, one_of


class Site(Record):
    KIND: ClassVar[Kind] = Kind.SITE

    number: Annotated[str, number_of(Kind.SITE)]
    site_kind: Annotated[str, one_of(SiteKind)]
    name: MandatoryText
    address: Text = None
