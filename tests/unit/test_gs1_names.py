"""Which records a GS1 key may name."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graph.model.codes import MalformedCode
from graph.model.gs1_keys import canonical, key_in, read_key
from graph.model.gs1_names import record_named, records_named
from graph.model.identifiers import Kind, MalformedId, parse_id

LINK = "https://id.gs1.org"
PIECES = ("urn:epc:", "class:", "id:", "lgtin:", "sgln:", "pgln:", "6931234", ".", "010001", "00001", "W-9", LINK, "/01/", "/10/", "/414/")
PIECES += ("06931234100010", "6931234000013", "(01)", "(10)", "(414)", "]C1", "\x1d", "%FF", "%", "*", "٠", "\ud800", " ", "/", "?", "#")


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join), st.sampled_from(("", "6931234", "MAKER1")))
@example("urn:epc:class:lgtin:6931234.010001.\ud800", "")
@example(f"{LINK}/01/06931234100010/10/%FF", "")
def test_any_text_names_well_formed_ids_or_is_malformed(text: str, recorder: str) -> None:
    try:
        named = records_named(text, recorder)
    except MalformedCode as error:
        assert "found" in str(error)
    else:
        assert named == [parse_id(record).text for record in named]


@pytest.mark.parametrize(
    ("key", "named"),
    [
        ("urn:epc:class:lgtin:6931234.010001.W-9", ["batch/6931234/06931234100010.W-9", "lot/6931234/06931234100010.W-9"]),
        ("urn:epc:id:sgln:6931234.00001.0", ["site/6931234/6931234000013", "farm/6931234/6931234000013"]),
        ("urn:epc:id:sgln:6931234.00001.A%2F7", ["site/6931234/6931234000013.A_2F7", "farm/6931234/6931234000013.A_2F7"]),
        ("urn:epc:id:pgln:6931234.00000", ["enterprise/6931234"]),
        ("urn:epc:id:sgtin:6931234.010001.A1", ["package/6931234/A1", "package/6931234/06931234100010.A1"]),
        ("urn:epc:id:sscc:6931234.3000000001", ["package/6931234/369312340000000014"]),
        ("6931234.A1", ["package/6931234/A1"]),
    ],
)
def test_a_key_that_shows_its_company_prefix(key: str, named: list[str]) -> None:
    assert records_named(key) == named


def test_what_the_asker_recorded_under_the_key_of_another_is_named_after() -> None:
    assert records_named("urn:epc:class:lgtin:6931234.010001.W-9", "MAKER1") == [
        "batch/6931234/06931234100010.W-9",
        "batch/MAKER1/06931234100010.W-9",
        "lot/6931234/06931234100010.W-9",
        "lot/MAKER1/06931234100010.W-9",
    ]
    assert records_named("urn:epc:id:sgtin:6931234.010001.A1", "MAKER1")[-1] == "package/MAKER1/06931234100010.A1"
    assert records_named("urn:epc:id:pgln:6931234.00000", "MAKER1") == ["enterprise/6931234"]
    assert records_named("6931234.A1", "MAKER1") == ["package/6931234/A1"]


@pytest.mark.parametrize(
    ("texts", "record"),
    [
        (
            (
                f"{LINK}/01/06931234100010/10/W-9",
                "https://example.com/shop/01/06931234100010/10/W-9?17=280101",
                "(01)06931234100010(10)W-9",
                "(01)06931234100010(17)280101(10)W-9",
                "]d2010693123410001010W-9",
                "\x1d010693123410001010W-9",
                "010693123410001010W-9",
            ),
            "batch/6931234/06931234100010.W-9",
        ),
        ((f"{LINK}/414/6931234000013", "(414)6931234000013", "]C14146931234000013"), "site/6931234/6931234000013"),
        ((f"{LINK}/414/6931234000013/254/A7", "(414)6931234000013(254)A7"), "site/6931234/6931234000013.A7"),
        ((f"{LINK}/417/6931234000006", "(417)6931234000006"), "enterprise/6931234"),
    ],
)
def test_a_key_that_does_not_show_its_company_prefix_names_a_record_of_each(texts: tuple[str, ...], record: str) -> None:
    for text in texts:
        assert record in records_named(text)
        assert records_named(text) == records_named(texts[0])


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("urn:epc:class:lgtin:6931234.01001.W-9", "13 digits together"),
        ("urn:epc:id:sgln:6931234.0001.0", "12 digits together"),
        (f"{LINK}/414/6931234000014", "whose check digit is 3 rather than 4"),
        (f"{LINK}/01/06931234100010", "a product, and no thing"),
        ("urn:epc:id:gsrn:6931234.0000000001", "is no SGTIN, SSCC, LGTIN, SGLN or PGLN"),
        ("(01)06931234100010", "GTIN"),
        ("(414)6931234000014", "found"),
    ],
)
def test_what_names_nothing(text: str, right: str) -> None:
    with pytest.raises(MalformedCode, match=right):
        records_named(text)


@given(
    st.sampled_from(("package/6931234/06931234100010.", "batch/6931234/06931234100010.", "farm/6931234/6931234000013.")),
    st.text(st.sampled_from("aZ09.-!\"%&'()*+,/:;<=>?_"), min_size=1, max_size=20).filter(
        lambda text: text.strip(".") != "" and text != "0"
    ),
)
def test_the_key_of_a_record_names_it(head: str, serial: str) -> None:
    number = head.rpartition("/")[2] + "".join(one if one.isalnum() or one in "-." else f"_{ord(one):02X}" for one in serial)
    if len(number) > 64:
        return
    record = parse_id(f"{head.rpartition('/')[0]}/{number}")
    key = key_in(record.kind, number, ["6931234"])
    assert key is not None
    for text in (key.epc_uri, key.digital_link):
        assert record.text in records_named(text)
        read = read_key(text)
        assert not isinstance(read, str)
        assert read.number == number
    assert canonical(key.epc_uri) == canonical(key.digital_link)


@pytest.mark.parametrize(
    ("record", "urn", "link"),
    [
        ("package/6931234/06931234100010.A1", "urn:epc:id:sgtin:6931234.010001.A1", "01/06931234100010/21/A1"),
        ("package/6931234/369312340000000014", "urn:epc:id:sscc:6931234.3000000001", "00/369312340000000014"),
        ("batch/6931234/06931234100010.W_2F9", "urn:epc:class:lgtin:6931234.010001.W%2F9", "01/06931234100010/10/W%2F9"),
        ("lot/6931234/26931234100014.W-9", "urn:epc:class:lgtin:6931234.210001.W-9", "01/26931234100014/10/W-9"),
        ("site/6931234/6931234000013", "urn:epc:id:sgln:6931234.00001.0", "414/6931234000013"),
        ("farm/6931234/6931234000013.A7", "urn:epc:id:sgln:6931234.00001.A7", "414/6931234000013/254/A7"),
    ],
)
def test_the_key_of_a_record(record: str, urn: str, link: str) -> None:
    named = parse_id(record)
    key = key_in(named.kind, named.number or "", [named.enterprise])
    assert key is not None
    assert (key.epc_uri, key.digital_link) == (urn, f"{LINK}/{link}")
    assert record in records_named(urn)
    assert record in records_named(key.digital_link)


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (Kind.PACKAGE, "A1"),
        (Kind.PACKAGE, "06931234100011.A1"),
        (Kind.PACKAGE, "06939999100010.A1"),
        (Kind.PACKAGE, "06931234100010"),
        (Kind.PACKAGE, "06931234100010.A_1"),
        (Kind.PACKAGE, "06931234100010.罐1"),
        (Kind.PACKAGE, "06931234100010." + "A" * 21),
        (Kind.PACKAGE, "06931234100010._x" + "0a" * 20),
        (Kind.PACKAGE, "369312340000000013"),
        (Kind.PRODUCTION_BATCH, "369312340000000014"),
        (Kind.SITE, "6931234000013.0"),
        (Kind.SITE, "6931234000014"),
        (Kind.SITE, "٦931234000013"),
        (Kind.SHIPMENT, "06931234100010.A1"),
    ],
)
def test_a_number_that_is_no_key(kind: Kind, number: str) -> None:
    assert key_in(kind, number, ["6931234"]) is None


def test_a_key_is_of_a_company_prefix() -> None:
    assert key_in(Kind.PACKAGE, "06931234100010.A1", ["MAKER1", "6931"]) is None
    assert key_in(Kind.INGREDIENT_LOT, "06931234100010.A1", ["MAKER1", "6931234"]) is not None


@pytest.mark.parametrize(
    ("key", "kinds", "named"),
    [
        ("urn:epc:id:sscc:6931234.3000000001", (Kind.PACKAGE,), "package/6931234/369312340000000014"),
        (f"{LINK}/00/369312340000000014", (Kind.PACKAGE,), "package/6931234/369312340000000014"),
        ("urn:epc:id:sgln:6909999.00001.0", (Kind.SITE,), "site/6909999/6909999000012"),
        ("urn:epc:id:sgln:6931234.00001.0", (Kind.FARM,), "farm/6931234/6931234000013"),
        ("urn:epc:id:pgln:6909999.00000", (Kind.ENTERPRISE,), "enterprise/6909999"),
        ("urn:epc:class:lgtin:6931234.010001.W-9", (Kind.PRODUCTION_BATCH,), "batch/6931234/06931234100010.W-9"),
    ],
)
def test_a_key_in_a_record_names_one_record(key: str, kinds: tuple[Kind, ...], named: str) -> None:
    assert record_named(key, kinds, "6931234") == named


@pytest.mark.parametrize(
    ("key", "kinds", "right"),
    [
        ("urn:epc:id:sgtin:6931234.010001.A1", (Kind.PACKAGE,), "more than one record; right is package/<enterprise code>/<number>"),
        (
            "urn:epc:class:lgtin:6931234.010001.W",
            (Kind.INGREDIENT_LOT, Kind.PRODUCTION_BATCH),
            "right is batch/<enterprise code>/<number> or",
        ),
        (f"{LINK}/414/6909999000012", (Kind.SITE,), "does not show its company prefix; right is the key's URN"),
        ("urn:epc:id:sgln:6931234.00001.0", (Kind.PACKAGE,), "an SGLN; right is package/<enterprise code>/<number>"),
        ("urn:epc:id:sscc:6931234.30000001", (Kind.PACKAGE,), "17 digits together"),
        (f"{LINK}/00/369312340000000010", (Kind.PACKAGE,), "check digit"),
        ("https://example.com/shop", (Kind.SITE,), "right is site/<enterprise code>/<number>"),
    ],
)
def test_a_key_that_names_no_one_record_is_refused_with_what_would_be_right(key: str, kinds: tuple[Kind, ...], right: str) -> None:
    with pytest.raises(MalformedId, match="found ") as refused:
        record_named(key, kinds, "6931234")
    assert right in str(refused.value)
