"""The closed lists of the records: the values are the names in the schema."""

from enum import StrEnum


class BatchKind(StrEnum):
    POOL = "POOL"
    INTERMEDIATE = "INTERMEDIATE"
    FINISHED = "FINISHED"


class ProcessRoute(StrEnum):
    WET = "WET"
    DRY = "DRY"
    COMBINED = "COMBINED"


class PackageLevel(StrEnum):
    ITEM = "ITEM"
    INNER = "INNER"
    CASE = "CASE"
    PALLET = "PALLET"

    @property
    def rank(self) -> int:
        """0 for an item; a package holds packages of lower rank only."""
        return list(PackageLevel).index(self)


class SiteKind(StrEnum):
    PLANT = "PLANT"
    WAREHOUSE = "WAREHOUSE"
    DISTRIBUTOR = "DISTRIBUTOR"
    STORE = "STORE"
    ONLINE_STORE = "ONLINE_STORE"


class IngredientCategory(StrEnum):
    MILK_BASE = "MILK_BASE"
    OIL = "OIL"
    VITAMIN_MINERAL = "VITAMIN_MINERAL"
    PROBIOTIC = "PROBIOTIC"
    LACTOFERRIN = "LACTOFERRIN"
    NUCLEOTIDE = "NUCLEOTIDE"
    LACTOSE = "LACTOSE"
    PACKAGING_MATERIAL = "PACKAGING_MATERIAL"
    OTHER = "OTHER"


class AggregationAction(StrEnum):
    ADD = "ADD"
    REMOVE = "REMOVE"
