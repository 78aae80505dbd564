"""The whole chain, block by block, in bounded memory: a block is one campaign of each manufacturer and the way of what it made."""

from collections.abc import Iterator

from seed.campaign import Campaign, Run
from seed.companies import MAKERS
from seed.distribution import Distribution
from seed.lots import lots
from seed.master import master
from seed.packaging import Load, packings, palletise
from seed.portions import Case, Packing, Portion
from seed.settings import SeedSettings


def chain(settings: SeedSettings) -> Iterator[Portion | Packing]:
    """Every record, each after those of its own enterprise that it refers to."""
    yield from master(settings)
    for block in range(settings.blocks):
        yield from upstream(settings, block)
        yield from downstream(settings, block)


def upstream(settings: SeedSettings, block: int) -> Iterator[Portion]:
    """A block's lots, milk and batches."""
    yield from lots(settings, block)
    for maker in MAKERS:
        yield from Campaign(settings, maker, block).portions()


def downstream(settings: SeedSettings, block: int) -> Iterator[Portion | Packing]:
    """A block's packages and their way to the shelf."""
    packed: list[tuple[Run, list[Case]]] = []
    for maker in MAKERS:
        for run in Campaign(settings, maker, block).runs:
            cases: list[Case] = []
            yield from packings(settings, run, cases)
            packed.append((run, cases))
    loads: list[Load] = []
    for run, cases in packed:
        pallets, portions = palletise(settings, run, cases)
        loads += pallets
        yield from portions
    yield from Distribution(settings, block).portions(loads)
