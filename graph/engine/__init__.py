"""The two engines behind one driver. Nothing outside this package knows which one runs, but for `Graph.dialect`."""
