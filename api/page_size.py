"""How long a page is."""

DEFAULT_SIZE = 50
"""Records of a page whose length is not said."""
