"""`python -m seed` is `milkline`."""

from seed.cli import main

main()
