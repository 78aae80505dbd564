"""QB/T 4971-2018 table 1-1 row 2 联系方式, as far as it is a person's: personal data, kept apart from the enterprise."""

from collections.abc import Mapping
from typing import ClassVar

from graph.model.identifiers import Kind, owner_of
from graph.model.records.base import Record
from graph.model.records.values import MandatoryText, Text


class ContactPerson(Record):
    KIND: ClassVar[Kind] = Kind.ENTERPRISE

    name: MandatoryText
    position: Text = None
    phone: Text = None
    email: Text = None

    @classmethod
    def named(cls, owner: str, sent: Mapping[str, object]) -> str | None:
        return f"contact/{owner}"

    def id(self, owner: str) -> str:
        """An enterprise has one."""
        return f"contact/{owner}"


def contact_of(enterprise: str) -> str:
    """The ID of the contact person of an enterprise; enterprise: its ID, well-formed."""
    return f"contact/{owner_of(enterprise)}"
