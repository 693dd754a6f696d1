"""`python -m service`: the command line, where the script is not on the path."""

from __future__ import annotations

from service.cli import main

main()
