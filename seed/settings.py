"""How much is seeded, up to which day, and how it is cut into batches. Everything else follows from these three values."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from graph.model.times import CHINA, to_ms

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

MAKERS = 4
"""Manufacturers, each with one campaign of two finished batches a block."""
BATCHES_PER_BLOCK = 2 * MAKERS
FEWEST_ITEMS = 600
_LARGEST_BATCH = 12_000
_FIRST_DAY, _LAST_DAY = 345, 26
"""The first and the last block start that many days before `until`; the last leaves goods in transit on the day itself."""


@dataclass(frozen=True, slots=True)
class SeedSettings:
    """items: ITEM packages in all, `FEWEST_ITEMS` at least (ValueError). until: nothing happens after noon of this day, China time."""

    items: int
    until: date
    seed: int = 4971

    def __post_init__(self) -> None:
        if self.items < FEWEST_ITEMS:
            raise ValueError(f"found {self.items} items; a chain with every step in it has at least {FEWEST_ITEMS}")

    @property
    def words(self) -> str:
        return f"{self.items} cans until {self.until}, seed {self.seed}"

    @property
    def blocks(self) -> int:
        """A block is one campaign of every manufacturer. Three at least: the chain's past, its middle and its present."""
        return max(3, -(-self.items // (_LARGEST_BATCH * BATCHES_PER_BLOCK)))

    @property
    def hero(self) -> int:
        """The block in which one whey lot goes to three brands: the middle one, sold for the greater part by now."""
        return self.blocks // 2

    @property
    def stores(self) -> int:
        """Enough of them that a store never holds more than a real one would."""
        return max(24, self.items // 5_000)

    @property
    def now(self) -> int:
        """The last instant of the chain, ms."""
        return midnight(self.until) + 12 * HOUR

    def block_day(self, block: int) -> date:
        """The day on which the block's first milk arrives."""
        return self.until - timedelta(days=_FIRST_DAY - (_FIRST_DAY - _LAST_DAY) * block // (self.blocks - 1))

    def cans(self, batch: int) -> tuple[int, int]:
        """Of the finished batch with this place (0 …): the place of its first item among all items, and how many items it has."""
        batches = self.blocks * BATCHES_PER_BLOCK
        first, last = (self.items * place // batches for place in (batch & ~1, (batch & ~1) + 2))
        even = (last - first) * self.rng("size", batch // 2).randint(42, 58) // 100
        return (first, even) if batch % 2 == 0 else (first + even, last - first - even)

    def rng(self, *stream: object) -> random.Random:
        """A generator of its own for each stream, so that one part's draws never shift another's."""
        return random.Random("/".join(str(part) for part in (self.seed, *stream)))


def midnight(day: date) -> int:
    """The start of a day in China, ms."""
    return to_ms(datetime(day.year, day.month, day.day, tzinfo=CHINA))


def local_day(instant: int) -> date:
    """The day in China on which an instant falls."""
    return datetime.fromtimestamp(instant / 1000, CHINA).date()


def local_time(instant: int) -> datetime:
    """An instant with China's offset, as a factory's system would send it."""
    return datetime.fromtimestamp(instant // 1000, CHINA)
