"""Sigma's logsource: which kind of log a rule is written for."""

from __future__ import annotations

import msgspec


class Logsource(msgspec.Struct, frozen=True, omit_defaults=True):
    """Product, category and service as the Sigma specification defines them; None is "any"."""

    product: str | None = None
    category: str | None = None
    service: str | None = None

    def covers(self, other: Logsource) -> bool:
        """True if every part stated here is the same in `other` (a rule's covers an event's)."""
        return (
            (self.product is None or self.product == other.product)
            and (self.category is None or self.category == other.category)
            and (self.service is None or self.service == other.service)
        )

    def __str__(self) -> str:
        parts = (("product", self.product), ("category", self.category), ("service", self.service))
        return ", ".join(f"{name}={value}" for name, value in parts if value is not None) or "any"
