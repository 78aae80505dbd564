"""The examples of the documentation, as they stand there, with what HTML comments beside them say of how they are run.

<!-- as REGULATOR -->          before a ```graphql block: whose token is sent, a role or an enterprise's code; PUBLIC without it.
                               Before a ```sh block: it captures a document of docs/examples, by this enterprise
<!-- fails MALFORMED_ID -->    before a block: the answer's first error has this code, and has to come
<!-- variables {…} -->         after a block: its variables; or the same comment without them, and a ```json block after it
<!-- answer -->                after a block, before a ```json block: the whole answer, but for the places of errors in the text
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_PART = re.compile(r"^(?P<fence>`{3,})(?P<language>\w*)\n(?P<text>.*?)^(?P=fence)$|<!--(?P<comment>.*?)-->", re.MULTILINE | re.DOTALL)
_DOCUMENT = re.compile(r"\$MILKLINE/capture.*--data-binary @(docs/examples/\S+)")
_MARKS = {"as", "fails", "variables", "answer"}


@dataclass(slots=True)
class Example:
    """A GraphQL operation, or a document that is captured. fails: the error code that is shown; answer: the response body that is shown."""

    page: Path
    line: int
    query: str
    actor: str = "PUBLIC"
    fails: str | None = None
    variables: dict[str, Any] | None = None
    answer: dict[str, Any] | None = None
    document: Path | None = None

    @property
    def where(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


@dataclass(frozen=True, slots=True)
class Block:
    """language: as the fence says, and "comment" for an HTML comment."""

    line: int
    language: str
    text: str


RECORDS = ROOT / "docs" / "enterprise-sync.md"
"""The page that records what the others ask about."""
FIRST = [RECORDS, ROOT / "docs" / "regulator.md"]
"""Run before the others, in this order: they show counts that the others' look-ups change."""


def pages() -> list[Path]:
    """What people read, in the order in which its examples are run."""
    return [*FIRST, *(page for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))) if page not in FIRST)]


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text("utf-8")
    for found in _PART.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        if found["comment"] is not None:
            yield Block(line, "comment", found["comment"].strip())
        else:
            yield Block(line, found["language"], found["text"])


def examples(page: Path) -> list[Example]:
    """ValueError for a mark that has nothing to say something of."""
    made: list[Example] = []
    before: dict[str, str] = {}
    awaited: str | None = None
    for block in blocks(page):
        word, _, rest = block.text.partition(" ") if block.language == "comment" else ("", "", "")
        if awaited and block.language != "json":
            raise ValueError(f"{page.name}:{block.line}: a json block has to follow <!-- {awaited} -->")
        if word in {"as", "fails"}:
            before[word] = rest.strip()
        elif word in _MARKS and not made:
            raise ValueError(f"{page.name}:{block.line}: no graphql block stands before <!-- {word} -->")
        elif word == "variables" and rest:
            made[-1].variables = json.loads(rest)
        elif word in _MARKS:
            awaited = word
        elif awaited:
            _tell(made[-1], awaited, block.text)
            awaited = None
        elif block.language == "sh" and "as" in before:
            document = _DOCUMENT.search(block.text)
            if document is None:
                raise ValueError(f"{page.name}:{block.line}: right after <!-- as {before['as']} --> is a line that captures a document")
            made.append(Example(page, block.line, "", before.pop("as"), document=ROOT / document[1]))
        elif block.language == "graphql":
            made.append(Example(page, block.line, block.text, before.pop("as", "PUBLIC"), before.pop("fails", None)))
    if before:
        raise ValueError(f"{page.name}: no block to be run stands after <!-- {' '.join(before)} -->")
    return made


def _tell(example: Example, word: str, text: str) -> None:
    if word == "variables":
        example.variables = json.loads(text)
    else:
        example.answer = json.loads(text)
