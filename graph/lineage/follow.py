"""Walks read from the graph, a hop at a time, within the limits."""

from graph.lineage.custody import Custody
from graph.lineage.gaps import GapCause, GapList, Limits, OutOfTime
from graph.lineage.walk import Walk


async def follow(walk: Walk, custody: Custody, gaps: GapList, limits: Limits, hops: int) -> None:
    """Until nothing leads on, or a limit is met: then a gap says what was not followed."""
    links = custody.down if walk.forward else custody.up
    missing = set[str]() if walk.forward else custody.missing
    try:
        while not walk.ended:
            await _read(walk, custody)
            if not walk.forward:
                _note_missing(walk, custody, gaps)
            if walk.hop >= hops:
                for record in walk.beyond(links, missing):
                    gaps.add(
                        GapCause.HOP_LIMIT, record, f"the hop limit of {hops} was met at {record}; what lies beyond it was not followed"
                    )
                for record in walk.shut_out():
                    gaps.add(GapCause.HOP_LIMIT, record, f"the hop limit of {hops} was met before {record}, which was not followed")
                walk.frontier.clear()
                walk.starts.clear()
                return
            if len(walk.reached) > limits.records:
                count = len(walk.frontier)
                gaps.add(
                    GapCause.SIZE_LIMIT, None, f"the limit of {limits.records} records was met; {count} of them were not followed further"
                )
                walk.frontier.clear()
                return
            walk.advance(links, missing)
    except OutOfTime:
        waiting = len(walk.frontier)
        gaps.out_of_time(limits.seconds, f"{waiting} records were")
        walk.frontier.clear()


async def _read(walk: Walk, custody: Custody) -> None:
    if walk.forward:
        await custody.read_down(walk.frontier)
    else:
        await custody.read_up(walk.frontier)


def _note_missing(walk: Walk, custody: Custody, gaps: GapList) -> None:
    for record, time in walk.frontier.items():
        for link in custody.up.get(record, ()):
            if link.other in custody.missing and walk.leads_on(time, link):
                gaps.missing(link.other, record)
