"""Items into cases, some by way of gift boxes, and cases onto pallets."""

from collections.abc import Iterator
from dataclasses import dataclass

from graph.model.identifiers import Kind
from seed.campaign import CASE_MS, Run
from seed.companies import Maker
from seed.portions import PER_INNER, Case, Packing, Portion, Record, Stage, package
from seed.settings import DAY, HOUR, MINUTE, SeedSettings, local_time

CASE_ITEMS = 6
_SPAN = 10**12
_STEP, _START = 386_792_417_083, 120_590_338_771
"""Coprime to the span: each place has a serial number of its own, and the next can's is nowhere near it."""
_CASES_A_PORTION = 830
"""With six items each: one transaction of the bulk loader."""


@dataclass(slots=True)
class Load:
    """A pallet, or loose cases: what moves as one. ready: when it may leave (ms). at: the site where it is.

    mixed: of a distributor's own pallet, the maker of each case, by its number.
    """

    maker: Maker
    pallet: str | None
    cases: list[Case]
    ready: int
    at: str
    mixed: dict[str, Maker] | None = None

    def owner_of(self, case: Case) -> Maker:
        return self.mixed[case.number] if self.mixed else self.maker

    def packages(self) -> list[str]:
        """What a shipment of it lists."""
        return [self.pallet] if self.pallet else [case_id(self.maker, case) for case in self.cases]


def case_id(maker: Maker, case: Case) -> str:
    return package(maker.code, case.number)


def serial(place: int) -> str:
    """The number of the item with this place among all items."""
    return f"{(place * _STEP + _START) % _SPAN:012d}"


def sscc(code: str, number: int) -> str:
    """An 18-digit serial shipping container code."""
    body = f"3{code}{number:0{16 - len(code)}d}"
    weighed = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(body))
    return f"{body}{-weighed % 10}"


def packings(settings: SeedSettings, run: Run, kept: list[Case]) -> Iterator[Packing]:
    """The cases of a finished batch, as portions; each case is also put into `kept`, for its way through the trade."""
    batch, starts = run.id(settings), run.packing_starts(settings)
    first_case = len(kept)
    for place in range(0, run.items, CASE_ITEMS):
        items = [serial(run.first + item) for item in range(place, min(place + CASE_ITEMS, run.items))]
        turn = place // CASE_ITEMS
        number = f"X{run.maker.tag}{run.place + 1:04d}{turn + 1:05d}"
        inners = [f"L{number[1:]}{n + 1}" for n in range(-(-len(items) // PER_INNER))] if run.article.gift else []
        kept.append(Case(number, batch, starts + turn * CASE_MS, items, inners))
    for place in range(first_case, len(kept), _CASES_A_PORTION):
        yield Packing(run.maker.code, batch, kept[place : place + _CASES_A_PORTION])


def palletise(settings: SeedSettings, run: Run, cases: list[Case]) -> tuple[list[Load], list[Portion]]:
    """Cases onto pallets of 40 to 60 (fewer when there are no more): the pallets, and the records of them."""
    rng = settings.rng("pallets", run.maker.code, run.place)
    loads: list[Load] = []
    commissioned: list[Record] = []
    put: list[Record] = []
    place = 0
    while place < len(cases):
        rest = len(cases) - place
        size = rest if rest <= 60 else min(rng.randint(40, 60), rest - 40 if rest < 100 else rest)  # the sizes of the docstring
        taken = cases[place : place + size]
        place += size
        at = taken[-1].packed_at + 10 * MINUTE
        number = sscc(run.maker.code, (run.place + 1) * 1_000 + len(loads))
        commissioned.append({"number": number, "level": "PALLET", "packedAt": local_time(at)})
        put.append({"parent": number, "children": [case.number for case in taken], "action": "ADD", "at": local_time(at)})
        ready = at + 3 * DAY + rng.randint(0, 30) * HOUR
        loads.append(Load(run.maker, package(run.maker.code, number), taken, ready, run.maker.plant))
    code = run.maker.code
    return loads, [Portion(Stage.PACKAGE, code, commissioned), Portion(Stage.AGGREGATION, code, put)]


def shipment_id(owner: str, number: str) -> str:
    return f"{Kind.SHIPMENT.value}/{owner}/{number}"
