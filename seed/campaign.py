"""One campaign of one manufacturer: milk into a silo, silo to concentrate, concentrate to base powder, and two finished batches of it.

Milk comes into the silo before and after it is first drawn from, so the second draw holds milk that the first does not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from graph.model.identifiers import Kind
from seed.companies import CONTRACT_MAKER, DRY_BLENDER, MAKERS, Article, Maker, farms_of
from seed.documents import pdf
from seed.ingredients import CAN_KG, DRY_PARTS, MILK, MILK_SOLIDS, PREMIX_CARRIER, PREMIX_PARTS, WET_PARTS, WHEY, share
from seed.lots import lot_id
from seed.master import DISCLAIMER, SHELF_LIFE_DAYS
from seed.portions import Portion, Record, SeedFile, Stage
from seed.settings import DAY, HOUR, MINUTE, SeedSettings, local_day, local_time, midnight

REWORK_SHARE = 0.015
_LOSS = 1.03
"""Powder made for each kilogram packed: samples, the line's rest, and what goes into a later batch as rework."""
_TANKER_KG = 22_000


@dataclass(frozen=True, slots=True)
class Run:
    """A finished batch of a campaign: which article, and which of all items are its own."""

    maker: Maker
    block: int
    turn: int
    first: int
    items: int

    @property
    def place(self) -> int:
        """The finished batch's place among those of its maker."""
        return 2 * self.block + self.turn

    @property
    def article_place(self) -> int:
        return self.place % 3

    @property
    def article(self) -> Article:
        return self.maker.articles[self.article_place]

    @property
    def kg(self) -> float:
        """Powder made."""
        return self.items * self.article.grams / 1000 * _LOSS

    def id(self, settings: SeedSettings) -> str:
        return self.maker.id(Kind.PRODUCTION_BATCH, self.number(settings))

    def number(self, settings: SeedSettings) -> str:
        day = local_day(self.started(settings))
        if self.maker is CONTRACT_MAKER:
            return f"批{day.year}-{self.place + 1:06d}"
        return f"{day:%Y%m%d}{self.maker.tag}{self.place + 1:04d}"

    def started(self, settings: SeedSettings) -> int:
        return campaign_start(settings, self.maker, self.block) + (2 + self.turn) * DAY + 7 * HOUR

    def packing_starts(self, settings: SeedSettings) -> int:
        return self.started(settings) + 2 * HOUR


def runs(settings: SeedSettings, maker: Maker, block: int) -> tuple[Run, Run]:
    """The two finished batches of a campaign."""
    place = (block * len(MAKERS) + MAKERS.index(maker)) * 2
    first, second = (Run(maker, block, turn, *settings.cans(place + turn)) for turn in (0, 1))
    return first, second


def campaign_start(settings: SeedSettings, maker: Maker, block: int) -> int:
    """Midnight, in ms, of the campaign's first day."""
    return midnight(settings.block_day(block) + timedelta(days=maker.lag_days))


def buys_base(settings: SeedSettings, block: int) -> bool:
    """Whether the dry blender has base powder of the first maker in this block."""
    return block == settings.hero or block % 3 == 2  # every third, and not the first: not all brands are kin all the time


def kg(amount: float) -> Decimal:
    return Decimal(f"{max(amount, 0.001):.3f}")


def use(source: str, amount: float, at: int, rework: bool = False) -> Record:
    return {"source": source, "quantityKg": kg(amount), "at": local_time(at), "rework": rework}


class Campaign:
    """The portions of one campaign, in the order in which they happen."""

    def __init__(self, settings: SeedSettings, maker: Maker, block: int) -> None:
        self.settings = settings
        self.maker = maker
        self.block = block
        self.runs = runs(settings, maker, block)
        self.start = campaign_start(settings, maker, block)
        self.stamp = f"{local_day(self.start):%y%m%d}-{block + 1:04d}"
        self.rng = settings.rng("campaign", maker.code, block)

    def portions(self) -> Iterator[Portion]:
        dry = self.maker is DRY_BLENDER
        files: list[SeedFile] = []
        batches: list[Record] = []
        if not dry:
            deliveries, pool = self._milk()
            yield Portion(Stage.MILK, self.maker.code, deliveries)
            batches.append(pool)
        premixes = [self._premix(run) for run in self.runs if run.article.route != "WET"]
        if not dry:
            batches += [self._concentrate(run) for run in self.runs] + [self._base(run) for run in self.runs]
        batches += premixes + [self._finished(run, files) for run in self.runs]
        yield Portion(Stage.BATCH, self.maker.code, batches, files)

    # ------------------------------------------------------------------ numbers

    def id(self, what: str, run: Run | None = None) -> str:
        return self.maker.id(Kind.PRODUCTION_BATCH, self.number(what, run))

    def number(self, what: str, run: Run | None = None) -> str:
        return f"{what}-{self.stamp}" + ("" if run is None else f"-{run.turn + 1}")

    def delivery(self, place: int) -> str:
        """The number of the milk delivery with this place in the campaign."""
        return f"SN{self.stamp}-{place + 1}"

    def lot(self, part: str) -> str:
        return lot_id(self.settings, self.maker, self.block, part)

    # ------------------------------------------------------------------ quantities

    def _sold_base(self) -> float:
        """Base powder, in kg, made for the dry blender in this campaign."""
        if self.maker is not CONTRACT_MAKER or not buys_base(self.settings, self.block):
            return 0.0
        return sum(self._bought(run) for run in runs(self.settings, DRY_BLENDER, self.block)) * 1.02

    @staticmethod
    def _bought(run: Run) -> float:
        return run.kg * sum(share(part, run.article.stage) for part in (MILK, "oil", WHEY, "minerals"))

    def _base_kg(self, run: Run) -> float:
        """Base powder that a finished batch needs, and what the first dryer run makes beside it."""
        dry = (*DRY_PARTS, *PREMIX_PARTS) if run.article.route == "COMBINED" else ()
        own = run.kg * (1 - sum(share(part, run.article.stage) for part in dry if part != "minerals"))
        if run.turn == 0:
            return own + self._sold_base() + 0.1 * self._base_kg(self.runs[1])
        return own

    def _draw_kg(self, run: Run) -> float:
        """Raw milk for one dryer run."""
        return self._base_kg(run) * 1.02 * share(MILK, run.article.stage) / MILK_SOLIDS

    # ------------------------------------------------------------------ milk and silo

    def _milk(self) -> tuple[list[Record], Record]:
        rng, start = self.rng, self.start
        early, late = (self._draw_kg(run) for run in self.runs)
        farms = farms_of(self.maker)
        # each half must do for its draw; a farm's tanker comes full, whatever is drawn of it
        halves = [(need, max(least, -int(-need * 1.1 // _TANKER_KG))) for need, least in ((early, 2), (late, 1))]
        deliveries: list[Record] = []
        inputs: list[Record] = []
        for half, (need, count) in enumerate(halves):
            for place in range(count):
                arrived = start + (5 * HOUR + 20 * MINUTE if half == 0 else 10 * HOUR + 40 * MINUTE) + place * 3 * HOUR // count
                farm, origin = farms[(self.block + len(deliveries)) % len(farms)]
                number = self.delivery(len(deliveries))
                amount = round(max(need * 1.1 / count, 7_500) * (1 + rng.random() * 0.08) / 10) * 10
                departed = arrived - rng.randint(70, 160) * MINUTE
                cold = 2 + rng.random() * 1.4
                deliveries.append(
                    {
                        "number": number,
                        "farm": farm,
                        "quantityKg": kg(amount),
                        "departedAt": local_time(departed),
                        "departureTemperatureC": round(cold, 1),
                        "arrivedAt": local_time(arrived),
                        "arrivalTemperatureC": round(cold + 0.2 + rng.random() * 1.3, 1),
                        "milkSourceOrigin": f"{origin}，{self.maker.brand}专属牧场",
                    }
                )
                inputs.append(use(self.maker.id(Kind.MILK_DELIVERY, number), amount, arrived + 45 * MINUTE))
        pool: Record = {
            "number": self.number("奶仓"),
            "batchKind": "POOL",
            "productionDate": local_day(start),
            "startedAt": local_time(start + 5 * HOUR),
            "endedAt": local_time(start + 21 * HOUR),
            "yieldKg": sum((entry["quantityKg"] for entry in deliveries), Decimal()),
            "placeOfProduction": self.maker.place,
            "inputs": inputs,
        }
        return deliveries, pool

    # ------------------------------------------------------------------ intermediates

    def _intermediate(self, number: str, route: str, started: int, ended: int, inputs: list[Record], output: float) -> Record:
        return {
            "number": number,
            "batchKind": "INTERMEDIATE",
            "route": route,
            "productionDate": local_day(started),
            "startedAt": local_time(started),
            "endedAt": local_time(ended),
            "yieldKg": kg(output),
            "placeOfProduction": self.maker.place,
            "inputs": inputs,
        }

    def _dryer_starts(self, run: Run) -> int:
        """When the silo is drawn from, ms."""
        return self.start + (10 * HOUR if run.turn == 0 else 14 * HOUR + 30 * MINUTE)

    def _concentrate(self, run: Run) -> Record:
        at = self._dryer_starts(run)
        solids = self._base_kg(run) * 1.02
        parts = [*WET_PARTS, *(["vitamins", "dha", "nucleotides"] if run.article.route == "WET" else [])]
        inputs = [use(self.id("奶仓"), self._draw_kg(run), at)]
        inputs += [
            use(self.lot(part), solids * share(part, run.article.stage), at + (20 + 7 * place) * MINUTE) for place, part in enumerate(parts)
        ]
        return self._intermediate(self.number("浓缩乳", run), "WET", at, at + 3 * HOUR, inputs, solids / 0.5)

    def _base(self, run: Run) -> Record:
        at = self._dryer_starts(run) + 3 * HOUR + 10 * MINUTE
        inputs = [use(self.id("浓缩乳", run), self._base_kg(run) * 1.02 / 0.5, at)]
        return self._intermediate(self.number("基粉", run), "WET", at, at + 4 * HOUR, inputs, self._base_kg(run))

    def _premix_kg(self, run: Run) -> float:
        return run.kg * sum(share(part, run.article.stage) for part in PREMIX_PARTS)

    def _premix(self, run: Run) -> Record:
        at = run.started(self.settings) - 4 * HOUR
        shares = {part: run.kg * share(part, run.article.stage) * 1.005 for part in PREMIX_PARTS}
        inputs = [use(self.lot(part), amount, at + (10 + 8 * n) * MINUTE) for n, (part, amount) in enumerate(shares.items())]
        inputs.append(use(self.lot("lactose"), self._premix_kg(run) * PREMIX_CARRIER, at + 40 * MINUTE))
        return self._intermediate(
            self.number("预混料", run), "DRY", at, at + 90 * MINUTE, inputs, self._premix_kg(run) * (1 + PREMIX_CARRIER)
        )

    # ------------------------------------------------------------------ finished

    def _finished(self, run: Run, files: list[SeedFile]) -> Record:
        settings, maker = self.settings, self.maker
        started, number = run.started(settings), run.number(settings)
        day = local_day(started)
        cases = -(-run.items // 6)
        sources = self._sources(run)
        inputs = [use(source, amount, started + (10 + 6 * place) * MINUTE) for place, (source, amount) in enumerate(sources)]
        if run.turn == 1 and self.block > 0:
            earlier = runs(settings, maker, self.block - 1)[0]
            inputs.append(use(earlier.id(settings), min(earlier.kg, run.kg) * REWORK_SHARE, started + 95 * MINUTE, rework=True))
        inputs.append(use(self.lot("cans"), run.items * CAN_KG[run.article.grams] * 1.01, started + 100 * MINUTE))
        found = ["检验项目：蛋白质、脂肪、水分、菌落总数、阪崎肠杆菌", "检验结果：合格", f"检验单位：{maker.name}检测中心"]
        report = pdf(f"出厂检验报告-{number}", "产品出厂检验报告", [f"产品批次：{number}", f"生产日期：{day}", *found])
        files.append(report)
        return {
            "number": number,
            "batchKind": "FINISHED",
            "product": maker.gtin(run.article_place),
            "route": run.article.route,
            "productionDate": day,
            "bestBefore": day + timedelta(days=SHELF_LIFE_DAYS - 1),
            "startedAt": local_time(started),
            "endedAt": local_time(run.packing_starts(settings) + cases * CASE_MS + 30 * MINUTE),
            "yieldKg": kg(run.kg),
            "placeOfProduction": maker.place,
            "producerNameAndContact": maker.contact,
            "productInspectionReport": report.reference,
            "uploadedOn": day + timedelta(days=1),
            "voluntaryDisclosures": f"本批次检验报告可下载。{DISCLAIMER}",
            "inputs": inputs,
        }

    def _sources(self, run: Run) -> list[tuple[str, float]]:
        """What is mixed into a finished batch, and how much of it, in kg."""
        stage, route = run.article.stage, run.article.route
        dry = [(self.lot(part), run.kg * share(part, stage)) for part in DRY_PARTS]
        premix = (self.id("预混料", run), self._premix_kg(run) * (1 + PREMIX_CARRIER))
        if route == "DRY":
            own = Campaign(self.settings, CONTRACT_MAKER, self.block)
            bought = buys_base(self.settings, self.block)
            main = [(own.id("基粉", own.runs[0]), self._bought(run))] if bought else []
            names = ("wpc", "lactose") if bought else ("skim", WHEY, "oil powder", "wpc", "lactose")
            return [*main, *((self.lot(part), run.kg * share(part, stage)) for part in names), premix, *dry]
        base = self._base_kg(self.runs[1]) if run.turn else self._base_kg(run) - self._sold_base() - 0.1 * self._base_kg(self.runs[1])
        main = [(self.id("基粉", run), base * (0.9 if run.turn else 1))]
        if run.turn:
            main.append((self.id("基粉", self.runs[0]), base * 0.1))
        return main if route == "WET" else [*main, premix, *dry]


CASE_MS = 12_000
"""The packing line closes a case every so many ms."""
