"""The operators: what a rule asks of a value."""

from vedette.seclang.operators.making import check, has_macros, make_test, pattern_of

__all__ = ["check", "has_macros", "make_test", "pattern_of"]
