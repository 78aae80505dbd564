"""Ingredient lots: each is bought for a few campaigns, but for one whey lot that an importer sold to more than one maker."""

from collections.abc import Iterator
from decimal import Decimal

from graph.model.identifiers import Kind, enterprise_id, record_id
from seed.companies import DRY_BLENDER, IMPORTER, MAKERS, Maker, origin
from seed.documents import pdf
from seed.ingredients import CAN_KG, INGREDIENTS, PREMIX_CARRIER, WHEY, largest_share
from seed.portions import Portion, Record, SeedFile, Stage
from seed.settings import DAY, HOUR, SeedSettings, local_time, midnight

BLOCKS_PER_LOT = 3
_SPARE = 1.7
"""A lot holds more than its campaigns take: enough for the base powder that is made for another maker, and a rest."""
_SACK_KG = 25


def lot_number(settings: SeedSettings, maker: Maker, block: int, part: str) -> str:
    turn = block // BLOCKS_PER_LOT
    day = settings.block_day(turn * BLOCKS_PER_LOT)
    return f"{INGREDIENTS[part].tag}-{day:%y%m}-{turn + 1:03d}"


def lot_id(settings: SeedSettings, maker: Maker, block: int, part: str) -> str:
    """The lot of an ingredient that a maker's campaign uses; in one block the makers with a dryer share one whey lot."""
    if part == WHEY and block == settings.hero and maker in MAKERS[:2]:
        return shared_whey(settings)
    return maker.id(Kind.INGREDIENT_LOT, lot_number(settings, maker, block, part))


def shared_whey(settings: SeedSettings) -> str:
    """The ID of the one whey lot that ends up under three brands."""
    return record_id(Kind.INGREDIENT_LOT, IMPORTER, _shared_number(settings))


def _shared_number(settings: SeedSettings) -> str:
    return f"D90-NL-{settings.block_day(settings.hero):%Y%m}-0417"


def lots(settings: SeedSettings, block: int) -> Iterator[Portion]:
    """The lots that arrive before a block's campaigns."""
    if block == settings.hero:
        files: list[SeedFile] = []
        need = _need(settings, 1, WHEY) * len(MAKERS)
        record = _lot(settings, block, MAKERS[0], WHEY, _shared_number(settings), need, files)
        yield Portion(Stage.LOT, IMPORTER, [record], files)
    if block % BLOCKS_PER_LOT:
        return
    for maker in MAKERS:
        files = []
        unused = {"skim", "oil powder"} if maker is not DRY_BLENDER else {"oil"}
        records = [
            _lot(settings, block, maker, part, lot_number(settings, maker, block, part), _need(settings, BLOCKS_PER_LOT, part), files)
            for part in INGREDIENTS
            if part not in unused
        ]
        yield Portion(Stage.LOT, maker.code, records, files)


def _need(settings: SeedSettings, blocks: int, part: str) -> float:
    """More than one maker uses of an ingredient in so many blocks, in kg."""
    cans = -(-settings.items * blocks // (settings.blocks * len(MAKERS)))
    if part == "cans":
        return cans * max(CAN_KG.values()) * _SPARE
    powder = cans * 0.9 * _SPARE
    # whole campaigns for the dry blender are made of the first maker's lots
    carried = sum(largest_share(carrier) for carrier in ("vitamins", "minerals", "nucleotides")) * PREMIX_CARRIER
    return 2 * powder * (largest_share(part) + (carried if part == "lactose" else 0))


def _lot(settings: SeedSettings, block: int, maker: Maker, part: str, number: str, need: float, files: list[SeedFile]) -> Record:
    what = INGREDIENTS[part]
    supplier = what.supplier if maker in MAKERS[:2] else what.other_supplier
    facts = [f"原料名称：{what.name}", f"原料批次：{number}", f"执行标准：{what.standard}", f"产地：{origin(supplier)}", "检验结论：合格"]
    certificate = pdf(f"合格证明-{number}", "原料合格证明", facts)
    files.append(certificate)
    fewest = 800 if what.main else 4
    sacks = max(fewest, -int(-need // _SACK_KG))
    return {
        "number": number,
        "name": what.name,
        "supplier": enterprise_id(supplier),
        "quantityKg": Decimal(sacks * _SACK_KG),
        "receivedAt": local_time(midnight(settings.block_day(block)) - 20 * DAY + 10 * HOUR),
        "category": what.category,
        "mainIngredient": what.main,
        "heatSensitive": what.heat_sensitive,
        "placeOfOrigin": origin(supplier),
        "certificates": [certificate.reference],
    }
