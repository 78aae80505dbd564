"""The figures, as a table or as JSON."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.client import Measured


@dataclass(frozen=True, slots=True)
class Figures:
    """Latencies and CPU time in ms an answer."""

    answers: int
    p50: float
    p95: float
    per_second: float
    cpu: float

    @classmethod
    def of(cls, measured: Measured) -> "Figures":
        latencies = sorted(measured.latencies)
        count = len(latencies)
        p95 = latencies[min(count - 1, int(count * 0.95))]
        return cls(count, statistics.median(latencies) * 1e3, p95 * 1e3, count / measured.wall, measured.cpu / count * 1e3)


@dataclass(frozen=True, slots=True)
class Line:
    question: str
    clients: int
    service: Figures
    bare: Figures
    goal: float | None
    units: int

    @property
    def ratio(self) -> float:
        """CPU time of the service to that of the bare endpoint."""
        return self.service.cpu / self.bare.cpu

    def plain(self) -> dict[str, Any]:
        return {**asdict(self), "cpuRatio": round(self.ratio, 2)}


def table(lines: Sequence[Line], title: str) -> Table:
    shown = Table(title=title, title_justify="left")
    for name in ("question", "clients", "", "p50 ms", "p95 ms", "answers/s", "CPU ms", "CPU ratio"):
        shown.add_column(name, justify="left" if name in {"question", ""} else "right")
    for line in lines:
        style = "red" if line.goal and line.ratio > line.goal else "green" if line.goal else ""
        for who, figures in (("service", line.service), ("bare", line.bare)):
            first = who == "service"
            rate = f"{figures.per_second:,.0f}" if line.units == 1 else f"{figures.per_second * line.units:,.0f} records"
            shown.add_row(
                line.question if first else "",
                str(line.clients) if first else "",
                who,
                f"{figures.p50:.2f}",
                f"{figures.p95:.2f}",
                rate,
                f"{figures.cpu:.2f}",
                f"[{style or 'default'}]{line.ratio:.2f}[/]" if first else "",
                end_section=not first,
            )
    return shown


def show(lines: Sequence[Line], title: str) -> None:
    Console(width=120).print(table(lines, title))
