"""What every record has in common: how it is read, what it refers to, and the one form in which it is kept, compared and archived."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, TypeAlias, cast

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError, create_model, model_validator
from pydantic.alias_generators import to_camel

from graph.model.identifiers import Kind, record_id
from graph.model.problems import Problem
from graph.model.records.values import Count, MandatoryText, Sha256, Text, clean

Kept: TypeAlias = str | int | float | bool | list[str]
Content: TypeAlias = dict[str, Kept | None]


@dataclass(frozen=True, slots=True)
class Reference:
    """path: within the record, such as `inputs[0].source`."""

    path: str
    id: str


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the file store knows of stored bytes."""

    media_type: str
    size: int


class Part(BaseModel):
    """A record, or an object within one. Fields have the GraphQL names outside, and may be given under either."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)

    @model_validator(mode="before")
    @classmethod
    def _in_the_names_outside(cls, sent: object) -> object:
        """Null is not given. The names are made one before they are read, so that the paths of problems have them too."""
        if not isinstance(sent, Mapping):
            return sent
        given, outside = cast("Mapping[str, object]", sent), _names_outside(cls)
        return {outside.get(name, name): value for name, value in given.items() if value is not None}


@cache
def _names_outside(part: type[Part]) -> dict[str, str]:
    return {name: field.alias for name, field in part.model_fields.items() if field.alias}


class FileRef(Part):
    """A file whose bytes are in the file store under their SHA-256. media_type and size are the store's to say."""

    name: MandatoryText
    sha256: Sha256
    media_type: Text = None
    size: Count | None = None


class Record(Part):
    """KIND: what it becomes, and the first part of its ID. NAMED_BY: the field that names it."""

    KIND: ClassVar[Kind]
    NAMED_BY: ClassVar[str] = "number"

    @classmethod
    def would_be(cls, owner: str, sent: Mapping[str, object]) -> str:
        """What names one that cannot be read as a whole, as far as it can be told: for an outcome, and no more."""
        name = clean(sent.get(cls.NAMED_BY) or "")
        return name if "/" in name else record_id(cls.KIND, owner, name)

    @classmethod
    def id_of(cls, owner: str, name: str) -> str:
        """The global ID of the record that the field NAMED_BY names so."""
        return record_id(cls.KIND, owner, name)

    @classmethod
    def named(cls, owner: str, sent: Mapping[str, object]) -> str | None:
        """The ID of one that cannot be read as a whole; None where the field that names it cannot be read either."""
        try:
            read = _name_alone(cls).model_validate(sent, context=owner)
        except ValidationError:
            return None
        return cls.id_of(owner, getattr(read, cls.NAMED_BY))

    def id(self, owner: str) -> str:
        """The global ID, as a record of the enterprise with the code `owner`."""
        return self.id_of(owner, getattr(self, self.NAMED_BY))

    def references(self) -> Iterator[Reference]:
        """The records that this one names, in the order of its fields."""
        yield from ()

    def rules(self, owner: str) -> Iterator[Problem]:
        """What is wrong between the record's own fields, as a record of `owner`; paths within the record."""
        yield from ()

    def listed(self) -> int:
        """The number of entries in the record's lists, which bounds the work of a call."""
        return 0

    def moved(self) -> tuple[str, ...]:
        """IDs of records beside the one that it names, which it changes."""
        return ()

    def tells_of(self, owner: str, before: Mapping[str, Any]) -> Iterable[str]:
        """IDs of the packages and batches, and of the shipment, of which the record says where they came from or went, or what is in them.
        before: the content that it amends; empty of a new one."""
        return ()

    def files(self) -> Iterator[tuple[str, FileRef]]:
        """Each file named, with its path within the record."""
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if isinstance(value, FileRef):
                yield field.alias or name, value
            elif isinstance(value, tuple):
                for place, item in enumerate(cast("tuple[object, ...]", value)):
                    if isinstance(item, FileRef):
                        yield f"{field.alias or name}[{place}]", item

    def content(self, files: Mapping[str, FileFacts] | None = None) -> Content:
        """The node's properties. Every field is there, None for what was not given, so that setting them clears what is gone."""
        dumped = self.model_dump(by_alias=True)
        return {name: _kept(value, files or {}) for name, value in dumped.items()}


@cache
def _name_alone(record: type[Record]) -> type[BaseModel]:
    """The field that names the record, and nothing else of it."""
    field = record.model_fields[record.NAMED_BY]
    return create_model(record.__name__, **cast("dict[str, Any]", {record.NAMED_BY: (field.annotation, field)}))


def _kept(value: object, files: Mapping[str, FileFacts]) -> Kept | None:
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, tuple):
        return [item if isinstance(item, str) else _object(item, files) for item in cast("tuple[object, ...]", value)]
    return _object(value, files)


def _object(value: object, files: Mapping[str, FileFacts]) -> str:
    if not isinstance(value, dict):
        raise TypeError(f"a record keeps texts, numbers, flags and objects, not {type(value).__name__}")
    entry = dict(cast("dict[str, object]", value))
    if facts := files.get(str(entry.get("sha256", ""))):
        entry["mediaType"], entry["size"] = facts.media_type, facts.size
    return orjson.dumps(entry, option=orjson.OPT_SORT_KEYS).decode()


def canonical(content: Mapping[str, object]) -> str:
    """The one JSON text of a content: sorted, without what was not given. An empty list and none at all are the same content."""
    given = {name: value for name, value in content.items() if value is not None and value != [] and value != ()}
    return orjson.dumps(given, option=orjson.OPT_SORT_KEYS).decode()


def digest_of(canonical_text: str) -> str:
    return hashlib.sha256(canonical_text.encode()).hexdigest()
