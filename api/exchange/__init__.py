"""Documents in and out, one package a format: a reader gives typed items with their place, `importing` records them."""
