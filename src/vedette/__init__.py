"""Vedette: real-time defence for an industry sector."""

from typing import Final

__version__: Final = "0.1.0"
