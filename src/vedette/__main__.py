"""`python -m vedette`: the command line, where the `vedette` program is not on the path."""

from __future__ import annotations

from vedette.cli import main

if __name__ == "__main__":
    main()
