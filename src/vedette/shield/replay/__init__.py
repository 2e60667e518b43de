"""What the shield would have done to requests of the past: logs in, a report out."""

from vedette.shield.replay.reading import read
from vedette.shield.replay.replayed import Replayed

__all__ = ["Replayed", "read"]
