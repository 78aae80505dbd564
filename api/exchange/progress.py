"""How far the import of a file came, kept beside the data, so that one that was stopped goes on from there."""

import hashlib
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Self

import orjson

from graph.capture import Status
from graph.model.times import now_ms


@dataclass(slots=True)
class Progress:
    """done: items whose outcomes are known. statuses: how many have which. noted: with notes. report: bytes of the report that are about
    those. began: when the import did, in ms, however often it was stopped.
    """

    done: int = 0
    statuses: dict[str, int] = field(default_factory=lambda: dict.fromkeys((status.value for status in Status), 0))
    noted: int = 0
    report: int = 0
    began: int = field(default_factory=now_ms)

    def take(self, index: int, status: Status, *, noted: bool) -> None:
        self.done = index + 1
        self.statuses[status.value] += 1
        self.noted += noted

    def of(self, *statuses: Status) -> int:
        return sum(self.statuses[status.value] for status in statuses)


@dataclass(frozen=True, slots=True)
class ProgressFile:
    """Of one file, by its content, and one enterprise."""

    path: Path

    @classmethod
    def of(cls, folder: Path, enterprise: str, file: IO[bytes]) -> Self:
        """Reads the file once, and leaves it at its start."""
        digest = hashlib.file_digest(file, "sha256").hexdigest()  # pyright: ignore[reportArgumentType]
        file.seek(0)
        return cls(folder / f"{enterprise}-{digest[:32]}.json")

    def read(self) -> Progress | None:
        try:
            return Progress(**orjson.loads(self.path.read_bytes()))
        except (FileNotFoundError, orjson.JSONDecodeError, TypeError):
            return None

    def keep(self, progress: Progress) -> None:
        """The old one, or the new one, whenever the machine stops."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(orjson.dumps(asdict(progress)))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)

    @property
    def report(self) -> Path:
        """Where a report is kept that is no file to add to, until it is whole."""
        return self.path.with_suffix(".csv")

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)
        self.report.unlink(missing_ok=True)
