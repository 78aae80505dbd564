"""What a reader of any format gives: items in the order of the document, each with its place, right or refused."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from graph.model.problems import Problem

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Item(Generic[T]):
    """index: from 0. line: in the file, where the format has lines to speak of. value: None when there are problems. size: the bytes that
    it takes in the document, and raw: what stands there, for reports in the same form, where the reader tells. about: of one without a
    value, what can be told of it. sheet: of a workbook, in which it is the row `line`."""

    index: int
    value: T | None
    problems: tuple[Problem, ...] = ()
    line: int | None = None
    size: int = 0
    raw: object = None
    about: T | None = None
    sheet: str | None = None


class DocumentProblem(StrEnum):
    """Why a document cannot be read on. What was read before stands for itself."""

    MALFORMED_DOCUMENT = "MALFORMED_DOCUMENT"
    TRUNCATED = "TRUNCATED"
    UNKNOWN_FORMAT = "UNKNOWN_FORMAT"
    FORBIDDEN_DTD = "FORBIDDEN_DTD"
    TOO_LARGE = "TOO_LARGE"


class DocumentRefused(ValueError):
    """The message says what was found, where, and what would be right."""

    def __init__(self, code: DocumentProblem, message: str) -> None:
        super().__init__(message)
        self.code = code
