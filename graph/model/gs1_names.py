"""Which records a GS1 key, or the code of a package, may name (docs/reference/gs1-keys.md)."""

from collections.abc import Collection

import biip
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_messages import GS1Message

from graph.model.codes import LONGEST, UNREADABLE, MalformedCode, plain, read_code, spellings
from graph.model.gs1_keys import Key, KeyKind, malformed_urn, read_key
from graph.model.identifiers import Kind, MalformedId, enterprise_id, form_of, record_id, shown

KINDS: dict[KeyKind, tuple[Kind, ...]] = {
    KeyKind.ITEM: (Kind.PACKAGE,),
    KeyKind.LOGISTIC_UNIT: (Kind.PACKAGE,),
    KeyKind.LOT: (Kind.PRODUCTION_BATCH, Kind.INGREDIENT_LOT),
    KeyKind.PLACE: (Kind.SITE, Kind.FARM),
    KeyKind.PARTY: (Kind.ENTERPRISE,),
}
"""Of the records that a key may name, the likelier first."""


def records_named(text: str, recorder: str = "") -> list[str]:
    """The IDs that a GS1 key, or the code of a package in any form, may stand for, the likeliest first; `MalformedCode` when there is none.

    recorder: the enterprise that asks, "" for none. What it recorded under the key's number is named too, whoever gave the key out:
    lots and farms are recorded by who takes from them, batches by who makes them for another.
    """
    key, problem = _key(text) if len(text) <= LONGEST else (None, None)
    if key is not None and Kind.PACKAGE not in KINDS[key.kind]:
        return _of(key, recorder)
    if problem is not None:
        raise MalformedCode(f"found {shown(text)}, which {problem}")
    try:
        found = [candidate.package_id for candidate in read_code(text)]
    except MalformedCode:
        lot = _in_elements(text) if len(text) <= LONGEST else None
        if lot is None:
            raise
        return _of(lot, recorder)
    return list(dict.fromkeys([*found, *(_of(key, recorder) if key else ())]))


def is_uri(text: str) -> bool:
    """Whether it is meant as a URI, which no ID or number can be."""
    return text.startswith("urn:") or "://" in text


def record_named(uri: str, kinds: Collection[Kind], recorder: str) -> str:
    """The ID, of one of the kinds, that a key stands for without the graph being asked; `MalformedId` where that is open.

    recorder: the enterprise that records, of which a Digital Link is taken to be where it can be: it does not show the company prefix.
    """
    if right := malformed_urn(uri):
        raise MalformedId(f"found {shown(uri)}, which is no key; right is {right}")
    key = read_key(uri)
    if isinstance(key, str):
        raise MalformedId(f"found {shown(uri)}, which {key}; right is {_forms(kinds)}, or the URN of a GS1 key of one")
    of = [kind for kind in KINDS[key.kind] if kind in kinds]
    if not of:
        raise MalformedId(f"found {shown(uri)}, an {key.kind}; right is {_forms(kinds)}, or a GS1 key of one")
    if key.kind is KeyKind.ITEM or len(of) > 1:
        raise MalformedId(f"found {shown(uri)}, an {key.kind}, which may name more than one record; right is {_forms(of)}")
    owner = key.owner({recorder})
    if owner is None:
        raise MalformedId(f"found {shown(uri)}, which does not show its company prefix; right is the key's URN, or {_forms(of)}")
    return enterprise_id(owner) if key.kind is KeyKind.PARTY else record_id(of[0], owner, key.number)


def _forms(kinds: Collection[Kind]) -> str:
    return " or ".join(map(form_of, kinds))


def _of(key: Key, recorder: str) -> list[str]:
    if key.kind is KeyKind.PARTY:
        return [enterprise_id(code) for code in key.prefixes]
    owners = dict.fromkeys((*key.prefixes, *([recorder] if recorder else ())))
    return [record_id(kind, owner, key.number) for kind in KINDS[key.kind] for owner in owners]


def _key(text: str) -> tuple[Key | None, str | None]:
    """Of an URI: the key, or what is wrong with one that is meant to be a key."""
    uri = text.strip()
    if right := malformed_urn(uri):
        return None, f"is no key; right is {right}"
    urn = uri.startswith("urn:")
    if not urn and "://" not in uri:
        return None, None
    key = read_key(uri)
    if isinstance(key, Key):
        return key, None
    # other addresses are of pages, which may show the code of a package
    return None, key if urn or not key.startswith("is no ") else None


def _in_elements(text: str) -> Key | None:
    """The lot, place or party of a GS1 element string, of full-width characters too."""
    return next(filter(None, map(_read_elements, spellings(plain(text)))), None)


def _read_elements(code: str) -> Key | None:
    if not code.startswith(("(", "]", "01")) and "\x1d" not in code:
        return None
    key = key_in_elements(code)
    return key if isinstance(key, Key) and Kind.PACKAGE not in KINDS[key.kind] else None


def key_in_elements(code: str) -> Key | str:
    """Of a GS1 element string, or why it names nothing."""
    try:
        message = GS1Message.parse_hri(code) if code.startswith("(") else biip.parse(code).gs1_message
        link = GS1DigitalLinkURI.from_element_strings(message.element_strings).as_uri() if message else ""
    except (*UNREADABLE, biip.EncodeError) as error:
        return f"is no GS1 element string: {error}"
    return read_key(link)
