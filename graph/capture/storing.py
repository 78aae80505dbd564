"""Records as nodes: what is there, the earlier version kept, the new content put."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias, TypeVar

from graph.capture.work import Stored, Work
from graph.engine.errors import Conflict
from graph.model.identifiers import Kind
from graph.model.records.base import Record, canonical
from graph.model.texts import order_text
from graph.statements import statement

R = TypeVar("R", bound=Record)

_LABELS = [kind.label for kind in Kind if kind is not Kind.CONSUMER_QUERY] + [
    "Receipt",
    "Sale",
    "Formula",
    "ResearchRecord",
    "ContactPerson",
    "EpcisEvent",
]
_STATE = {label: statement("capture/state", label=label) for label in _LABELS}
_PUT = {label: statement("capture/put", label=label) for label in _LABELS if label != "Package"}
_PUT["Package"] = statement("capture/put_packages")
_ARCHIVE = statement("capture/archive")

Step: TypeAlias = Callable[[Work[R]], Awaitable[None]]


def _nothing(_: str) -> dict[str, Any]:
    return {}


async def no_links(_: Work[Any]) -> None:
    """For records without edges of their own."""


async def read_stored(work: Work[Any], label: str) -> None:
    """Fills `work.stored` for the drafts."""
    rows = [{"id": draft.id, "digest": draft.digest} for draft in work.drafts]
    [row] = await work.run(_STATE[label], rows=rows)
    work.stored = {found[0]: Stored(*found[1:]) for found in row[0]}


async def put(work: Work[Any], label: str, more: Callable[[str], dict[str, Any]] = _nothing) -> None:
    """Writes the changed drafts. more: what else a draft's row has, by ID.

    `Conflict` when another writer has changed one of them since it was read.
    """
    changes = work.changes()
    if not changes:
        return
    await _archive(work)
    rows: list[dict[str, Any]] = [
        {
            "id": draft.id,
            "expected": work.version_of(draft.id),
            "content": draft.content | _derived(draft.content),
            "digest": draft.digest,
            **more(draft.id),
        }
        for draft in changes
    ]
    rows.sort(key=_id)  # one order for every writer: two that meet wait for each other instead of for ever
    written = await work.run_rows(_PUT[label], rows, at=work.at, by=work.subject, audit=work.audit_id)
    if written != len(rows):
        raise Conflict(f"{len(rows) - written} of {len(rows)} records were changed by another writer")


_COMPARED = 200
"""Characters of a name by which pages are sorted; names that share them go by their IDs. An engine's index takes keys of 8 kB."""


def _derived(content: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from a record's content and is kept beside it: by what its pages are sorted."""
    name = content.get("name")
    return {"nameOrder": order_text(name[:_COMPARED])} if isinstance(name, str) else {}


def _id(row: dict[str, Any]) -> str:
    return row["id"]


async def _archive(work: Work[Any]) -> None:
    """Keeps the stored version of each draft that changes it. Its content is canonical, so its SHA-256 is its digest."""
    rows: list[dict[str, Any]] = []
    for draft in work.updates():
        before = work.stored[draft.id]
        content = before.content or {}
        kept = {name: content[name] for name in draft.names if name in content}
        rows.append(
            {
                "id": f"{draft.id}@{before.version}",
                "of": draft.id,
                "version": before.version,
                "content": canonical(kept),
                "digest": before.digest,
                "recordedAt": before.recorded_at,
                "recordedBy": before.recorded_by,
                "auditId": before.audit_id,
            }
        )
    await work.run_rows(_ARCHIVE, rows)


def storing(label: str, check: Step[R], link: Step[R]) -> Step[R]:
    """The way of a record that is a node: read, check, put, link.

    check: rejects drafts against the graph. link: makes the edges of the changed drafts, after replacing those of updated ones.
    """

    async def store(work: Work[R]) -> None:
        await read_stored(work, label)
        await check(work)
        await put(work, label)
        await link(work)
        work.statuses = {draft.index: work.status_of(draft) for draft in work.accepted()}

    return store
