"""Trace codes in every form that people, printers and scanners give them."""

import pytest
from biip.checksums import gs1_standard_check_digit
from hypothesis import example, given
from hypothesis import strategies as st

from graph.model.codes import MalformedCode, read_code
from graph.model.gs1_names import records_named

GTIN = "06901234567892"
OTHER_GTIN = "06999901000018"
GS = "\x1d"
PIECES = (
    "(01)",
    "(21)",
    "(00)",
    "(17)",
    "01",
    "00",
    "21",
    "17",
    "10",
    GTIN,
    GS,
    "]",
    "]d2",
    "]C1",
    "]E0",
    "[",
    "%",
    "%FF",
    "://",
    "http://",
)
PIECES += (
    "https://",
    "/",
    "?",
    "code=",
    ".",
    "A",
    "9",
    "٠",
    "²",
    "℀",
    "urn:epc:id:sgtin:",
    "urn:epc:id:sscc:",
    "package/",
    "(8008)",
    "990230",
)


def codes(text: str, enterprise: str | None = None) -> list[str]:
    return [candidate.code for candidate in read_code(text, enterprise)]


@given(st.text() | st.lists(st.sampled_from(PIECES), max_size=9).map("".join), st.none() | st.just("6901234") | st.text(max_size=8))
@example("http://[::1", None)
@example("https://[x]/01/0", None)
@example("]", None)
@example("http://℀", None)
@example("(01)٠٦٩٠١٢٣٤٥٦٧٨٩٢(21)A", None)
def test_any_text_is_a_code_or_malformed(text: str, enterprise: str | None) -> None:
    try:
        found = read_code(text, enterprise)
    except MalformedCode as error:
        assert "found" in str(error)
    else:
        assert found
        assert all(candidate.enterprise.isascii() and candidate.enterprise.isalnum() for candidate in found)


@pytest.mark.parametrize(
    "text",
    [
        f"01{GTIN}21CAN-0001",
        f"01{GTIN}21CAN-0001{GS}17280101",
        f"01{GTIN}1728010110L.7{GS}21CAN-0001",
        f"]d201{GTIN}21CAN-0001",
        f"]C101{GTIN}21CAN-0001",
        f"{GS}01{GTIN}21CAN-0001",
        f"(01){GTIN}(21)CAN-0001",
        f"https://id.gs1.org/01/{GTIN}/21/CAN-0001",
        "urn:epc:id:sgtin:6901234.056789.CAN-0001",
    ],
)
def test_a_scanned_code_names_the_package_of_each_prefix_that_its_key_allows(text: str) -> None:
    assert "6901234.CAN-0001" in codes(text)
    assert codes(text, "6901234") == ["6901234.CAN-0001"] or codes(text, "6901234")[0] == "6901234.CAN-0001"


def test_a_serial_with_a_dot_is_read_beside_an_enterprise_code_with_a_dot() -> None:
    found = codes(f"01{OTHER_GTIN}2112.3")
    assert found[0] == f"01{OTHER_GTIN}2112.3"
    assert "6999901.12.3" in found


def test_an_enterprise_code_that_begins_like_an_element_string_is_one() -> None:
    assert codes("01690123.A7") == ["01690123.A7"]
    assert codes(f"01{GTIN[:-1]}3.A7") == [f"01{GTIN[:-1]}3.A7"]


def test_a_number_that_begins_like_an_element_string_is_read_where_the_enterprise_is_named() -> None:
    assert codes("0042", "6901234") == ["6901234.0042"]


def test_a_raw_sscc() -> None:
    digits = "36901234000000001"
    sscc = f"{digits}{gs1_standard_check_digit(digits)}"
    assert f"6901234.{sscc}" in codes(f"00{sscc}")


@pytest.mark.parametrize("text", [f"01{GTIN}", f"01{GTIN[:-1]}321CAN-0001", f"01{GTIN}17280101", "0106", "]", "http://[::1", ""])
def test_what_names_no_package(text: str) -> None:
    with pytest.raises(MalformedCode, match="found"):
        read_code(text)


@pytest.mark.parametrize("text", [f"(01){GTIN}(10)L-1", f"（01）{GTIN}（10）L-1", f"（０１）{GTIN}（１０）Ｌ－１"])
def test_a_lot_is_told_to_be_none_of_a_package(text: str) -> None:
    with pytest.raises(MalformedCode, match=rf"GTIN {GTIN} with the lot \(10\) 'L-1' and without a serial number \(21\)"):
        read_code(text)
    assert records_named(text)[:1] == [f"batch/{GTIN[1:13]}/{GTIN}.L-1"]


def test_a_look_up_page_names_the_code_at_its_end_or_as_a_parameter() -> None:
    assert codes("https://trace.example.cn/trace/6901234.A7") == ["6901234.A7"]
    assert codes("https://trace.example.cn/trace?code=6901234.A7&x=1") == ["6901234.A7"]


@pytest.mark.parametrize(
    "text",
    [
        "６９０４３２１．CAN-0002",
        "6904321。ＣＡＮ－０００２",
        "\u3000６９０４３２１.CAN-0002\u3000",
        "ｐａｃｋａｇｅ／6904321/CAN-0002",
        "6904321．ＣＡＮ-0002",
    ],
)
def test_what_chinese_input_methods_type(text: str) -> None:
    assert "6904321.CAN-0002" in codes(text)


def test_a_number_of_full_width_characters_is_itself_first() -> None:
    assert codes("6904321.ＣＡＮ-１") == ["6904321.ＣＡＮ-１", "6904321.CAN-1"]
    assert codes("ＣＡＮ－１", "６９０４３２１") == ["6904321.CAN-1"]
    assert codes(f"（０１）{GTIN}（２１）A1") == codes(f"(01){GTIN}(21)A1")


@pytest.mark.parametrize("number", ["①", "Ⅷ", "ﬁ", "ｶﾞ", "㎏", "²"])
def test_no_other_compatibility_form_becomes_another_code(number: str) -> None:
    try:
        assert codes(f"6904321.{number}") == [f"6904321.{number}"]
    except MalformedCode:
        return
