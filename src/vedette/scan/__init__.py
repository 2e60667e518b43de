"""Many patterns against many values at once. Nothing here knows of Sigma or of HTTP."""

from vedette.scan.patterns import ANY, ONE, Glob, Pattern, Regex
from vedette.scan.regexes import Stalls
from vedette.scan.scanner import Scanner

__all__ = ["ANY", "ONE", "Glob", "Pattern", "Regex", "Scanner", "Stalls"]
