"""Captured events, read again: as GET /events asks for them, for an export, and those that wait; and the jobs that captured them."""
