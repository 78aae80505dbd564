"""Pairs of graphs that differ in what an actor may not see, and operations to ask of both."""
