"""The scalars of the schema: what comes in, what goes out, and that one bad value fails one record and not the call."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal as Number

import pytest
import strawberry
from hypothesis import given
from hypothesis import strategies as st
from strawberry.schema.config import StrawberryConfig

from api.errors import ApiError, ErrorCode
from api.schema.scalars import (
    SCALARS,
    Date,
    DateTime,
    Decimal,
    read_date,
    read_date_time,
    read_decimal,
    require,
    write_date,
    write_date_time,
    write_decimal,
)
from graph.model.malformed import Malformed

SEEN: list[object] = []


@strawberry.type
class Query:
    @strawberry.field
    def tell(self, day: Date | None = None, at: DateTime | None = None, amount: Decimal | None = None) -> str:
        SEEN[:] = [day, at, amount]
        return "told"

    @strawberry.field
    def show(self) -> Date:
        return date(2026, 3, 14)

    @strawberry.field
    def when(self) -> DateTime:
        return datetime(2026, 3, 14, 8, tzinfo=timezone(timedelta(hours=8)))

    @strawberry.field
    def much(self) -> Decimal:
        return Number("1.2E+4")


SCHEMA = strawberry.Schema(Query, config=StrawberryConfig(scalar_map=SCALARS))


def told(arguments: str, **variables: object) -> list[object]:
    types = {"d": "Date", "t": "DateTime", "n": "Decimal"}
    declared = ", ".join(f"${name}: {types[name]}" for name in variables)
    result = SCHEMA.execute_sync(f"query {f'({declared})' if declared else ''} {{ tell{arguments} }}", variables)
    assert result.errors is None
    return list(SEEN)


def test_in() -> None:
    expected = [date(2026, 3, 14), datetime(2026, 3, 14, 0, 30, tzinfo=UTC), Number("12000.50")]
    variables = {"d": "2026-03-14", "t": "2026-03-14T08:30:00+08:00", "n": "12000.50"}
    assert told("(day: $d, at: $t, amount: $n)", **variables) == expected
    assert told('(day: "2026-03-14", at: "2026-03-14T00:30:00Z", amount: "12000.50")') == expected
    assert told("(amount: 0.12345678901234567890)")[2] == Number("0.12345678901234567890"), "digits as written, not as a float"
    assert told("(amount: 7)")[2] == 7
    assert told("(amount: $n)", n=0.1)[2] == Number("0.1")
    assert told("(amount: $n)", n=None)[2] is None


@pytest.mark.parametrize(
    "value", ["2026-3-14", "20260314", "2026-W11-6", "2026-02-29", "", 7, True, ["2026-03-14"], {"a": 1}, "\ud800", "x" * 10_000_000]
)
def test_bad_dates_and_times_are_kept_for_their_record(value: object) -> None:
    for reader in (read_date, read_date_time):
        found = reader(value)
        assert isinstance(found, Malformed)
        assert len(found.found) < 200
        found.found.encode()


@pytest.mark.parametrize("value", ["2026-03-14T08:30:00", "2026-03-14", "2026-03-14T25:00:00Z", "2026-03-14T08:30:00+25:00"])
def test_a_time_needs_its_offset(value: str) -> None:
    assert isinstance(read_date_time(value), Malformed)


@pytest.mark.parametrize(
    "value", ["", "1,5", "NaN", "Infinity", " 1", "1e99999999", "٣", True, None, float("nan"), float("inf"), [1], "9" * 65]
)
def test_bad_decimals(value: object) -> None:
    assert isinstance(read_decimal(value), Malformed)


def test_out() -> None:
    result = SCHEMA.execute_sync("{ show when much }")
    assert result.data == {"show": "2026-03-14", "when": "2026-03-14T00:00:00Z", "much": "12000"}
    assert write_date("2026-03-14") == "2026-03-14"
    assert write_date_time(1) == "1970-01-01T00:00:00.001Z"
    assert write_decimal("12000.5") == "12000.5"


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1900, 1, 1)))
def test_times_come_back(value: datetime) -> None:
    kept = value.replace(microsecond=value.microsecond // 1000 * 1000)
    assert read_date_time(write_date_time(kept)) == kept


def test_require() -> None:
    assert require(7) == 7
    with pytest.raises(ApiError) as caught:
        require(Malformed("'soon'", "a time"), "before")
    assert caught.value.code is ErrorCode.BAD_USER_INPUT
    assert caught.value.message == "before: found 'soon'; right is a time"
