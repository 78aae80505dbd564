"""Records by their IDs, by GS1 keys, and packages by their codes in any form (docs/reference/gs1-keys.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.errors import ApiError, ErrorCode
from graph.model.codes import MalformedCode
from graph.model.gs1_names import records_named
from graph.model.identifiers import Kind, MalformedId, kind_of, parse_id, shown

if TYPE_CHECKING:
    from api.resolvers.loaders import Loaders


@dataclass(frozen=True, slots=True)
class Named:
    """What an ID, a key or a code names. found: False where it may name several records and none of them is there: the ID is then the
    likeliest, of which nobody has said that it is one."""

    id: str
    found: bool = True


async def ids_named(loaders: "Loaders", given: Mapping[str, str]) -> list[Named]:
    """The IDs in their one form. given: by path within the arguments.

    A key does not say whether its lot is a batch or an ingredient lot, nor, in a Digital Link, where its company prefix ends: of what it
    may name, the record that is there and that the actor may read; the likeliest where there is none. ApiError for what is neither ID nor
    key, and for a key that names several records.
    """
    asked = {path: _candidates(text, path, loaders.actor.enterprise or "") for path, text in given.items()}
    open_to_doubt = dict.fromkeys(one for candidates in asked.values() if len(candidates) > 1 for one in candidates)
    there: set[str] = set()
    for kind in dict.fromkeys(map(kind_of, open_to_doubt)):
        found = await loaders.records(kind, [one for one in open_to_doubt if kind_of(one) is kind])
        there.update(str(record.id) for record in found if record is not None)
    return [_one_of(candidates, there, given[path], path) for path, candidates in asked.items()]


def _one_of(candidates: Sequence[str], there: set[str], text: str, path: str) -> Named:
    found = [candidate for candidate in candidates if candidate in there]
    if len(found) > 1 and kind_of(found[0]) is not Kind.PACKAGE:
        message = f"{path}: found {shown(text)}, which names {' and '.join(found)}; right is the ID of the one that is meant"
        raise ApiError(ErrorCode.BAD_USER_INPUT, message, path=path)
    return Named(next(iter(found), candidates[0]), bool(found) or len(candidates) == 1)


def _candidates(text: str, path: str, recorder: str) -> list[str]:
    """What an ID, a key or a code may name, the likeliest first."""
    try:
        return [parse_id(text).text]
    except MalformedId as error:
        try:
            return records_named(text, recorder)
        except MalformedCode as no_code:
            said = f"{error}" if _like_an_id(text) else f"{no_code}; IDs of any kind are right, GS1 keys, and codes as printed or scanned"
            raise ApiError(ErrorCode.MALFORMED_ID, f"{path}: {said}", path=path) from error


def _like_an_id(text: str) -> bool:
    return "/" in text and "://" not in text
