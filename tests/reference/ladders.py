"""Worlds of a fixed shape whose paths are far too many to be walked one by one, or never end."""

from __future__ import annotations

from .world import MINUTE, Batch, IngredientLot, Package, Product, Use, World

HOUR = 60 * MINUTE
START = 1_767_225_600_000


def ladder(code: str, width: int = 10, stages: int = 20) -> World:
    """`width` lots, then `stages` stages of `width` batches, each of which uses every batch (or lot) of the stage before; one item
    of each batch of the last stage. So width ** stages paths lead from a lot to each item. Stage k is at START + k hours."""
    lots = tuple(IngredientLot(f"lot/{code}/L{n:02}", None, START) for n in range(width))
    previous = [lot.id for lot in lots]
    batches: list[Batch] = []
    for stage in range(1, stages + 1):
        at = START + stage * HOUR
        uses = tuple(Use(source, at) for source in previous)
        last = stage == stages
        made = [
            Batch(
                f"batch/{code}/S{stage:02}-{n:02}",
                "FINISHED" if last else "INTERMEDIATE",
                at,
                at,
                uses,
                f"product/{code}/p" if last else None,
            )
            for n in range(width)
        ]
        batches += made
        previous = [batch.id for batch in made]
    packed = START + (stages + 1) * HOUR
    items = tuple(Package(f"package/{code}/I{n:02}", "ITEM", packed, batch) for n, batch in enumerate(previous))
    return World((code,), lots=lots, products=(Product(f"product/{code}/p"),), batches=tuple(batches), packages=items)


def rework_loop(code: str, back_after: int = HOUR) -> World:
    """Lot L goes into A, A into B at START + 1 h, and B back into A `back_after` ms later (negative: earlier). An item of each.

    A and B use each other, so the walk goes round for ever unless records are reached once.
    """
    lot, first, second = f"lot/{code}/L", f"batch/{code}/A", f"batch/{code}/B"
    out, back = START + HOUR, START + HOUR + back_after
    end = START + 24 * HOUR
    return World(
        (code,),
        lots=(IngredientLot(lot, None, START),),
        batches=(
            Batch(first, "INTERMEDIATE", min(START, back), end, (Use(lot, START), Use(second, back, rework=True))),
            Batch(second, "INTERMEDIATE", out, end, (Use(first, out),)),
        ),
        packages=(
            Package(f"package/{code}/a", "ITEM", START + 4 * HOUR, first),
            Package(f"package/{code}/b", "ITEM", START + 4 * HOUR, second),
        ),
    )
