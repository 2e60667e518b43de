"""The website shield measured: cost against peers, and ordinary traffic it must let through."""
