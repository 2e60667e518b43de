"""From signs to a verdict: an addition that anyone can check."""
