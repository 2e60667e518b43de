"""The operators: what a rule asks of a value."""

from vedette.seclang.operators.making import check, has_macros, make_test

__all__ = ["check", "has_macros", "make_test"]
