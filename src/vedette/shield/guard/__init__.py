"""The guard that stands in the path: judges requests by a policy, and tells what it saw."""

from vedette.shield.guard.guard import ShieldGuard
from vedette.shield.guard.visit import ShieldVisit

__all__ = ["ShieldGuard", "ShieldVisit"]
