"""Why a request is judged as it is: every rule, variable, transformation and point."""

from vedette.shield.explaining.pasted import read_pasted
from vedette.shield.explaining.reasoning import Reasoning, explain

__all__ = ["Reasoning", "explain", "read_pasted"]
