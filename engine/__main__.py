"""`python -m engine` is the `engine` command."""

from engine.cli.app import main

main()
