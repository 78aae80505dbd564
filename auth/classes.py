"""The classes of product that a regulator may be bound to (QB/T 4971-2018 table 6 row 4 产品的类别)."""

from enum import StrEnum


class ProductClass(StrEnum):
    INFANT = "INFANT"
    OLDER_INFANT = "OLDER_INFANT"
    YOUNG_CHILD = "YOUNG_CHILD"
    MEDICAL = "MEDICAL"
