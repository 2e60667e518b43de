"""From rules to verdicts at speed: what can be decided once is decided once."""
