"""Rule files read into `ir.Program`, and rules written back."""

from vedette.seclang.parse.program import load_program
from vedette.seclang.parse.updates import Removal, Selection, TargetUpdate
from vedette.seclang.parse.writing import directive_text

__all__ = ["Removal", "Selection", "TargetUpdate", "directive_text", "load_program"]
