"""What goes into a can: the ingredients, who supplies them, and the shares of a formula by stage."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ingredient:
    """other_supplier: whose the ingredient is at the last two makers, so that not all brands are kin by every spoonful."""

    tag: str
    name: str
    category: str
    supplier: str
    other_supplier: str
    standard: str
    heat_sensitive: bool = False
    main: bool = False


WHEY = "whey"
_STRAINS = "可用于婴幼儿食品的菌种名单"
INGREDIENTS = {
    WHEY: Ingredient("D90", "脱盐乳清粉（D90）", "MILK_BASE", "NL99001", "FI99009", "GB 11674-2010", main=True),
    "wpc": Ingredient("WPC80", "浓缩乳清蛋白粉（WPC80）", "MILK_BASE", "IE99002", "AU99008", "GB 11674-2010", main=True),
    "skim": Ingredient("SMP", "脱脂乳粉", "MILK_BASE", "NZ99004", "NZ99004", "GB 19644-2010", main=True),
    "lactose": Ingredient("RT", "乳糖", "LACTOSE", "FR99003", "DE99006", "GB 25595-2018", main=True),
    "oil": Ingredient("OIL", "植物油配混油（葵花籽油、OPO、亚麻籽油）", "OIL", "6999931", "6999931", "GB 2716-2018", main=True),
    "oil powder": Ingredient("YZF", "粉末油脂", "OIL", "6999935", "6999935", "LS/T 3277-2023", main=True),
    "minerals": Ingredient("KWZ", "复配矿物质", "VITAMIN_MINERAL", "6999932", "6999936", "GB 26687-2011"),
    "vitamins": Ingredient("WSS", "复配维生素", "VITAMIN_MINERAL", "6999932", "6999936", "GB 26687-2011", heat_sensitive=True),
    "dha": Ingredient("DHA", "二十二碳六烯酸（DHA）和花生四烯酸（ARA）油脂粉", "OTHER", "6999933", "6999937", "GB 26400-2011"),
    "nucleotides": Ingredient("HGS", "核苷酸（5'-单磷酸混合物）", "NUCLEOTIDE", "6999933", "6999937", "GB 14880-2012"),
    "lactoferrin": Ingredient("LF", "乳铁蛋白", "LACTOFERRIN", "NZ99004", "BE99007", "GB 1903.17-2016", heat_sensitive=True),
    "b lactis": Ingredient("BL", "动物双歧杆菌乳亚种（B. lactis）菌粉", "PROBIOTIC", "DK99005", "6999938", _STRAINS, heat_sensitive=True),
    "l reuteri": Ingredient("LR", "罗伊氏粘液乳杆菌（L. reuteri）菌粉", "PROBIOTIC", "DK99005", "6999938", _STRAINS, heat_sensitive=True),
    "cans": Ingredient("TG", "马口铁空罐", "PACKAGING_MATERIAL", "6999934", "6999939", "GB 4806.9-2023"),
}  # fmt: skip

MILK = "milk"
_SHARES = {
    # parts in ten thousand of the powder, stages 1, 2, 3
    MILK: (1700, 2600, 4050),
    WHEY: (3800, 2850, 1400),
    "wpc": (400, 500, 350),
    "lactose": (1250, 1050, 1550),
    "oil": (2400, 2250, 1900),
    "minerals": (150, 160, 165),
    "vitamins": (40, 40, 40),
    "dha": (120, 120, 90),
    "nucleotides": (5, 5, 3),
    "lactoferrin": (6, 5, 4),
    "b lactis": (4, 3, 3),
    "l reuteri": (2, 2, 2),
}
WET_PARTS = (WHEY, "wpc", "lactose", "oil", "minerals")
"""Weighed into the liquid, before the dryer; the milk is the rest of it."""
PREMIX_PARTS = ("vitamins", "minerals", "nucleotides")
"""Too little of each to be mixed into a batch evenly: they go in by way of a premix. Lactose carries them."""
PREMIX_CARRIER = 2.0
"""Parts of lactose to each part of what it carries."""
DRY_PARTS = ("dha", "lactoferrin", "b lactis", "l reuteri")
"""Would not outlive the dryer: mixed in dry."""

MILK_SOLIDS = 0.122
CAN_KG = {400: 0.09, 800: 0.145, 900: 0.155}


def share(part: str, stage: int) -> float:
    """The part of a formula's powder that an ingredient is, 0 to 1. Oil powder and skim milk stand for oil and milk in a dry blend."""
    whole = sum(parts[stage - 1] for parts in _SHARES.values())
    return _SHARES[{"oil powder": "oil", "skim": MILK}.get(part, part)][stage - 1] / whole


def largest_share(part: str) -> float:
    return max(share(part, stage) for stage in (1, 2, 3))
