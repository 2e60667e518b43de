"""Everyday life of the firm, hour by hour, and what in it looks like an attack."""
