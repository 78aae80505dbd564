"""The counts of the public door: what they admit, over processes, over restarts, and when they cannot be kept."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from api.door import buckets
from api.door.buckets import Buckets, Rate

RATE = Rate(10, 60.0)


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(buckets, "time", clock)
    return clock


def test_a_bucket_gives_its_fill_and_then_its_rate(tmp_path: Path, clock: Clock) -> None:
    counts = Buckets(tmp_path / "b")
    assert [counts.take("a", RATE) for _ in range(10)] == [0.0] * 10
    assert 5.9 < counts.take("a", RATE) < 6.1
    assert counts.take("b", RATE) == 0.0
    clock.now += 6.5
    assert (counts.free_in("a", RATE), counts.take("a", RATE)) == (0.0, 0.0)
    assert counts.take("a", RATE) > 0
    clock.now += 3600
    assert [counts.take("a", RATE) for _ in range(10)] == [0.0] * 10


def test_what_is_charged_is_owed_for_at_most_a_bucket(tmp_path: Path, clock: Clock) -> None:
    counts = Buckets(tmp_path / "b")
    counts.charge("a", RATE, 0)
    assert counts.free_in("a", RATE) == 0.0
    counts.charge("a", RATE, 10)
    assert 5.9 < counts.free_in("a", RATE) < 6.1
    for _ in range(100):
        counts.charge("a", RATE, 1)
    assert 65.9 < counts.free_in("a", RATE) < 66.1


def test_a_clock_that_went_back_locks_nobody_out(tmp_path: Path, clock: Clock) -> None:
    counts = Buckets(tmp_path / "b")
    counts.charge("a", RATE, 10)
    clock.now -= 1_000_000
    assert (counts.free_in("a", RATE), counts.take("a", RATE)) == (0.0, 0.0)


def test_counts_outlive_the_process_and_are_forgotten_when_full(tmp_path: Path, clock: Clock) -> None:
    first = Buckets(tmp_path / "b")
    first.charge("a", RATE, 10)
    first.close()
    again = Buckets(tmp_path / "b")
    assert again.take("a", RATE) > 0
    clock.now += 3600
    again.take("other", RATE)
    with sqlite3.connect(tmp_path / "b") as db:
        assert db.execute("SELECT count(*) FROM bucket").fetchone() == (1,)


def test_who_was_here_is_not_in_the_file(tmp_path: Path) -> None:
    counts = Buckets(tmp_path / "b")
    counts.take("client 203.0.113.77", RATE)
    counts.close()
    assert not [path for path in tmp_path.iterdir() if b"203.0.113" in path.read_bytes()]
    assert (tmp_path / "b").stat().st_mode & 0o077 == 0


def test_a_damaged_file_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"no database" * 1_000)
    assert Buckets(tmp_path / "b").take("a", RATE) == 0.0


def test_where_counts_cannot_be_kept_nobody_is_refused(tmp_path: Path) -> None:
    counts = Buckets(tmp_path / "b")
    counts.charge("a", RATE, 10)
    with sqlite3.connect(tmp_path / "b", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert counts.take("b", RATE) == 0.0
        counts.charge("b", RATE, 1)
        other.execute("ROLLBACK")
    assert counts.take("a", RATE) > 0


def test_processes_share_the_counts(tmp_path: Path) -> None:
    work = (
        "import sys; from pathlib import Path; from api.door.buckets import Buckets, Rate;"
        "counts = Buckets(Path(sys.argv[1]));"
        "print(sum(counts.take('a', Rate(200, 3600.0)) == 0 for _ in range(400)))"
    )
    running = [subprocess.Popen([sys.executable, "-c", work, str(tmp_path / "b")], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    admitted = sum(int(process.communicate(timeout=60)[0].split()[-1]) for process in running)
    assert 200 <= admitted <= 210
