"""`python -m vedette.cli`, for where no script is installed."""

from vedette.cli import main

main()
