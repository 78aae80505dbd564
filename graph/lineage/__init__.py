"""Where did this come from, where did it go, what else must come back.

custody   what has been read of the graph for one question, and the statements that read it
walk      the time-respecting walk over farms, deliveries, lots and batches
items     items and what befell them: stays in parents, shipments, sales, look-ups
gaps      what an answer may be missing, and why
trace     forward and backward
recall    the recall radius
told      what of the affected items a viewer is told
cargo     what shipments carried of which batch
common    sources that several records share
"""
