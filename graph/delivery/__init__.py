"""What leaves by itself: to whom it goes, what of it is owed, the letters that carry it, and the log of transfers.

Nothing is missed: a call's entry in the recording log is marked in the transaction that records, and the mark is taken off in the
one that owes it to every recipient. Nothing is told twice without saying so: a letter keeps its ID and its bytes until it arrived.
"""
