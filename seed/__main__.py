"""`python -m seed` is `milkline`."""

from seed.commands import main

main()
