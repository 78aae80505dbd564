"""Full-text search: which records hold every word of a text in their names, numbers and other texts.

The words are split and quoted here, so that no text is ever read as the engines' query language, and both engines find the same:
a word of Latin letters and digits is found at the beginning of words, Chinese and everything else as it stands, two characters
in a row at least; a single Chinese character where a word or a pair begins with it.
"""

import re

from auth.scope import Scope
from graph.engine.driver import Graph
from graph.migrations.m0003_full_text import TEXTS, index_name
from graph.model.identifiers import Kind
from graph.statements import statement

MOST = 20_000
"""Records that one search may find."""
LENGTH = 200
WORDS = 20

_SEARCH = statement("records/search")
_PLAIN = re.compile(r"[a-z0-9]+")
_HAN = "\u4e00-\u9fff\u3400-\u4dbf\u3040-\u30ff\uac00-\ud7af"
_ONE_HAN = re.compile(f"[{_HAN}]")
_BETWEEN = re.compile(r"[^\w.'’-]+")
"""What cannot be within a word; in a query some of it would mean something, to one engine even in quotes."""
_SOMETHING = re.compile(r"\w", re.UNICODE)
_STOP = frozenset(
    {"a", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no", "not", "of", "on", "or", "s"}
    | {"such", "t", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was", "will", "with", "www"}
)
"""What the analyser of the indexes leaves out."""


class TooManyFound(Exception):
    """More than `MOST` records; the message says what to do."""


def words_of(text: str) -> str | None:
    """The query for the engines; None when the text has no word in it."""
    said: list[str] = []
    for word in text.lower().split():
        if word in _STOP or not _SOMETHING.search(word):
            continue
        if _PLAIN.fullmatch(word) or _ONE_HAN.fullmatch(word):
            said.append(f"+{word}*")
        else:
            said.append(f'+"{_BETWEEN.sub(" ", word).strip()}"')
    return " ".join(dict.fromkeys(said[:WORDS])) or None


def searched(kind: Kind) -> tuple[str, ...]:
    """The properties that a search looks at; KeyError for a kind without texts."""
    return TEXTS[kind.label]


async def search(graph: Graph, kind: Kind, text: str, scope: Scope) -> list[str]:
    """The IDs in scope, in no order; none for a text without words. `TooManyFound`; KeyError for a kind without texts."""
    if kind.label not in TEXTS:
        raise KeyError(kind)
    words = words_of(text)
    if words is None or scope.nothing:
        return []
    found: list[str] = (await graph.read(_SEARCH, scope, index=index_name(kind.label), words=words, limit=MOST + 1))[0]["found"]
    if len(found) > MOST:
        raise TooManyFound(
            f"found more than {MOST:,} records with these words; right is a search that finds fewer: more words, or longer ones"
        )
    return found
