"""What a caller may send, and the one form in which it is kept."""

import json
import math
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from graph.model.identifiers import Kind, parse_id
from graph.model.kinds import PackageLevel
from graph.model.malformed import Malformed
from graph.model.problems import ProblemCode
from graph.model.records.base import canonical, digest_of
from graph.model.records.batch import Batch
from graph.model.records.farm import Farm
from graph.model.records.package import Package
from graph.model.records.values import (
    Count,
    Day,
    Days,
    EnterpriseCode,
    Flag,
    Instant,
    LongText,
    MandatoryText,
    Measure,
    Quantity,
    Sha256,
    Text,
    clean,
    name_of,
    number_of,
    one_of,
    own_name_of,
    reference_to,
)
from graph.model.texts import decimal_text, instant_text
from graph.model.times import to_ms
from graph.model.ulid import new_ulid

OWNER = "MAKER1"
NUMBER = Annotated[str, number_of(Kind.FARM)]
REFERENCE = Annotated[str, reference_to(Kind.FARM, Kind.SITE)]
NAME = Annotated[str, name_of(Kind.PACKAGE)]
OWN_NAME = Annotated[str, own_name_of(Kind.PACKAGE)]
LEVEL = Annotated[str, one_of(PackageLevel)]


def read(kind: Any, value: object) -> Any:
    return TypeAdapter(kind).validate_python(value, context=OWNER)


def refusal(kind: Any, value: object) -> str:
    """The code of the one problem; its message can be sent and is short."""
    with pytest.raises(ValidationError) as caught:
        read(kind, value)
    [error] = caught.value.errors()
    assert len(error["msg"]) < 300
    error["msg"].encode()
    assert "found" in error["msg"]
    assert error["type"] in ProblemCode.__members__
    return error["type"]


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        (MandatoryText, " Formula 1 段 ", " Formula 1 段 "),
        (Text, "", None),
        (Text, None, None),
        (LongText, " \n", None),
        (LongText, "a\r\n\tb", "a\r\n\tb"),
        (NUMBER, "批2013-010234", "批2013-010234"),
        (NUMBER, "e\u0301", "\u00e9"),
        (REFERENCE, "site/OTHER1/e\u0301", "site/OTHER1/\u00e9"),
        (NAME, "C1", "package/MAKER1/C1"),
        (NAME, "package/OTHER1/C1", "package/OTHER1/C1"),
        (OWN_NAME, "package/MAKER1/C1", "package/MAKER1/C1"),
        (EnterpriseCode, "6901", "6901"),
        (Instant, "1970-01-01T08:00:00.0019+08:00", 1),
        (Instant, datetime(1970, 1, 1, 8, tzinfo=timezone(timedelta(hours=8))), 0),
        (Instant, "1969-12-31T23:59:59.999Z", -1),
        (Day, "2024-02-29", "2024-02-29"),
        (Day, date(2024, 2, 29), "2024-02-29"),
        (Quantity, "12000.50", "12000.5"),
        (Quantity, Decimal("1.20005E+4"), "12000.5"),
        (Quantity, 0.1, "0.1"),
        (Quantity, 100, "100"),
        (Measure, 4, 4.0),
        (Count, 730, 730),
        (Days, 36_500, 36_500),
        (MandatoryText, "\u0645\u06cc\u200c\u0634\u0648\u062f", "\u0645\u06cc\u200c\u0634\u0648\u062f"),
        (NUMBER, "...", "..."),
        (Flag, False, False),
        (LEVEL, PackageLevel.CASE, "CASE"),
        (LEVEL, "CASE", "CASE"),
        (Sha256, "AB" * 32, "ab" * 32),
    ],
)
def test_what_is_kept(kind: Any, value: object, kept: object) -> None:
    found = read(kind, value)
    assert found == kept
    assert type(found) is type(kept)


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (MandatoryText, "  ", "BLANK"),
        (MandatoryText, "\u3000", "BLANK"),
        (MandatoryText, "\u200b", "CONTROL_CHARACTER"),
        (MandatoryText, "\u202eabc", "CONTROL_CHARACTER"),
        (MandatoryText, "x\u2028y", "CONTROL_CHARACTER"),
        (MandatoryText, "a \u200db", "CONTROL_CHARACTER"),
        (MandatoryText, "a\u200c\u200db", "CONTROL_CHARACTER"),
        (MandatoryText, "a\u200d", "CONTROL_CHARACTER"),
        (MandatoryText, "\u3164", "BLANK"),
        (MandatoryText, "\ufe0f", "BLANK"),
        (LongText, "a\u2029b", "CONTROL_CHARACTER"),
        (MandatoryText, 7, "MALFORMED"),
        (MandatoryText, "x" * 1001, "TOO_LONG"),
        (MandatoryText, "a\nb", "CONTROL_CHARACTER"),
        (Text, "\x00", "CONTROL_CHARACTER"),
        (Text, "\ud800", "CONTROL_CHARACTER"),
        (LongText, "a\x0bb", "CONTROL_CHARACTER"),
        (LongText, "x" * 20_001, "TOO_LONG"),
        (NUMBER, "a/b", "MALFORMED_NUMBER"),
        (NUMBER, "a b", "MALFORMED_NUMBER"),
        (NUMBER, ".", "MALFORMED_NUMBER"),
        (NUMBER, "..", "MALFORMED_NUMBER"),
        (REFERENCE, "farm/OTHER1/..", "MALFORMED_ID"),
        (NUMBER, "\ud800", "MALFORMED_NUMBER"),
        (NUMBER, "farm/OTHER1/7", "NOT_YOURS"),
        (NUMBER, "farm/MAKER1/7", "MALFORMED_NUMBER"),
        (REFERENCE, "7", "MALFORMED_ID"),
        (REFERENCE, "farm/no/7", "MALFORMED_ID"),
        (REFERENCE, "farm/OTHER1", "MALFORMED_ID"),
        (REFERENCE, "moon/OTHER1/7", "MALFORMED_ID"),
        (REFERENCE, "\ud800/OTHER1/7", "MALFORMED_ID"),
        (REFERENCE, "x" * 10_000_000, "MALFORMED_ID"),
        (REFERENCE, "lot/OTHER1/7", "WRONG_KIND"),
        (REFERENCE, None, "MALFORMED_ID"),
        (NAME, "farm/MAKER1/7", "WRONG_KIND"),
        (OWN_NAME, "package/OTHER1/7", "NOT_YOURS"),
        (EnterpriseCode, "abcd", "MALFORMED_CODE"),
        (EnterpriseCode, 6901, "MALFORMED_CODE"),
        (Instant, "2026-03-14T08:00:00", "MALFORMED_TIME"),
        (Instant, "2026-03-14", "MALFORMED_TIME"),
        (Instant, "2026-02-30T08:00:00Z", "MALFORMED_TIME"),
        (Instant, 0, "MALFORMED_TIME"),
        (Instant, datetime(2026, 3, 14), "MALFORMED_TIME"),
        (Instant, Malformed("'soon'", "a time"), "MALFORMED_TIME"),
        (Instant, "0001-01-01T00:00:00+14:00", "OUT_OF_RANGE"),
        (Instant, "9999-12-31T23:59:59.999-12:00", "OUT_OF_RANGE"),
        (Day, "2025-02-29", "MALFORMED_DATE"),
        (Day, "20250228", "MALFORMED_DATE"),
        (Day, datetime(2026, 3, 14, tzinfo=UTC), "MALFORMED_DATE"),
        (Day, "0001-01-01", "OUT_OF_RANGE"),
        (Quantity, "0", "NOT_POSITIVE"),
        (Quantity, "-0.0", "NOT_POSITIVE"),
        (Quantity, -1, "NOT_POSITIVE"),
        (Quantity, "NaN", "MALFORMED_DECIMAL"),
        (Quantity, math.inf, "MALFORMED_DECIMAL"),
        (Quantity, "1,000", "MALFORMED_DECIMAL"),
        (Quantity, True, "MALFORMED_DECIMAL"),
        (Quantity, "1e1000000", "OUT_OF_RANGE"),
        (Quantity, "1e-1000000", "OUT_OF_RANGE"),
        (Quantity, "0.0000000001", "OUT_OF_RANGE"),
        (Quantity, 10**15, "OUT_OF_RANGE"),
        pytest.param(Quantity, 10**5000, "MALFORMED_DECIMAL", id="5,000 digits"),
        (Measure, math.nan, "OUT_OF_RANGE"),
        (Measure, math.inf, "OUT_OF_RANGE"),
        pytest.param(Measure, 10**5000, "OUT_OF_RANGE", id="a measure of 5,000 digits"),
        (Measure, "4", "MALFORMED"),
        (Measure, True, "MALFORMED"),
        (Count, 0, "NOT_POSITIVE"),
        (Count, 1.5, "MALFORMED"),
        (Count, 2**31, "OUT_OF_RANGE"),
        (Days, 0, "NOT_POSITIVE"),
        (Days, 36_501, "OUT_OF_RANGE"),
        (Days, 3_000_000, "OUT_OF_RANGE"),
        (Flag, 1, "MALFORMED"),
        (LEVEL, "BOX", "NOT_LISTED"),
        (LEVEL, None, "NOT_LISTED"),
        (Sha256, "zz" * 32, "MALFORMED_DIGEST"),
        (Sha256, "ab", "MALFORMED_DIGEST"),
    ],
)
def test_what_is_refused(kind: Any, value: object, code: str) -> None:
    assert refusal(kind, value) == code


VISIBLE_FORMAT = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
"""Signs of Arabic, Syriac and Kaithi that are seen, though Unicode counts them among the format characters."""


def test_format_characters_are_refused() -> None:
    every = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in ("Cf", "Zl", "Zp")]
    for character in set(every) - set(VISIBLE_FORMAT) - {"\u200c", "\u200d"}:
        assert refusal(MandatoryText, f"a{character}b") == "CONTROL_CHARACTER"


JUNK = st.one_of(
    st.text(st.characters(exclude_categories=())),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.none(),
    st.binary(),
    st.lists(st.integers()),
    st.dictionaries(st.text(), st.integers()),
    st.decimals(),
    st.datetimes(),
)


@given(st.sampled_from([MandatoryText, Text, LongText, NUMBER, REFERENCE, NAME, OWN_NAME, EnterpriseCode, Instant, Day]), JUNK)
def test_junk_is_kept_or_refused_and_never_breaks(kind: Any, value: object) -> None:
    try:
        kept = read(kind, value)
    except ValidationError:
        refusal(kind, value)
    else:
        json.dumps(kept, ensure_ascii=False).encode()


@given(st.sampled_from([Quantity, Measure, Count, Flag, LEVEL, Sha256]), JUNK)
def test_junk_for_numbers(kind: Any, value: object) -> None:
    try:
        kept = read(kind, value)
    except ValidationError:
        refusal(kind, value)
    else:
        assert read(kind, kept) == kept, "what is kept is read as itself"


@given(st.decimals(min_value="0.000000001", max_value="999999999999999", places=9))
def test_decimals_lose_nothing(value: Decimal) -> None:
    kept = read(Quantity, str(value))
    assert Decimal(kept) == value
    assert kept == decimal_text(Decimal(kept))
    assert read(Quantity, f"{value:E}") == kept


@given(st.datetimes(datetime(1900, 1, 2), datetime(9998, 12, 30), timezones=st.timezones()))
def test_instants_are_kept_to_the_millisecond(value: datetime) -> None:
    kept = read(Instant, value)
    assert kept == to_ms(value)
    assert read(Instant, instant_text(kept)) == kept


@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_a_name_found_wrong_can_be_given_back(value: str) -> None:
    clean(value).encode()
    outcome = Farm.would_be(OWNER, {"number": value})
    outcome.encode()
    assert len(outcome) < 600


FARMS = st.fixed_dictionaries(
    {
        "number": st.text("abcXYZ0189-._", min_size=1, max_size=64),
        "name": st.text(min_size=1, max_size=20),
        "address": st.text(min_size=1, max_size=20),
    }
)


@given(FARMS)
def test_content_is_the_same_however_it_is_told(sent: dict[str, Any]) -> None:
    try:
        farm = Farm.model_validate(sent, context=OWNER)
    except ValidationError:
        return
    again = Farm.model_validate(dict(reversed(sent.items())), context=OWNER)
    assert digest_of(canonical(farm.content())) == digest_of(canonical(again.content()))
    assert json.loads(canonical(farm.content())) == sent
    assert parse_id(farm.id(OWNER)).number == farm.number


def test_what_is_not_given_does_not_count() -> None:
    sent = {"number": "B1", "productionDate": "2026-03-14", "startedAt": "2026-03-14T08:00:00Z", "endedAt": "2026-03-14T09:00:00Z"}
    plain = Batch.model_validate(sent, context=OWNER)
    spelled = Batch.model_validate({**sent, "route": None, "inputs": [], "placeOfProduction": " ", "batchKind": "FINISHED"}, context=OWNER)
    assert canonical(plain.content()) == canonical(spelled.content())
    assert plain.content().keys() == spelled.content().keys() >= {"route", "inputs", "placeOfProduction"}


def test_python_and_graphql_names_are_one() -> None:
    times = {"packedAt": "2026-03-14T08:00:00Z"}, {"packed_at": "2026-03-14T08:00:00Z"}
    one, other = (Package.model_validate({"number": "C1", "level": "CASE", **time}, context=OWNER) for time in times)
    assert one == other
    with pytest.raises(ValidationError) as caught:
        Package.model_validate({"number": "C1", "level": "CASE", "packed_at": "soon"}, context=OWNER)
    assert caught.value.errors()[0]["loc"] == ("packedAt",), "a path has the names of the schema"


def test_ulids_sort_by_time() -> None:
    made = [new_ulid() for _ in range(1_000)]
    assert made == sorted(set(made))
    assert all(len(one) == 26 and one[0] < "8" for one in made)
