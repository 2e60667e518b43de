"""What somebody who helps needs to see of an installation; nothing that happened at the firm."""

from vedette.engine.support.gathering import gather
from vedette.engine.support.redacting import Redactor

__all__ = ["Redactor", "gather"]
