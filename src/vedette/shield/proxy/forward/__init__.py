"""Onwards to the websites: which one, over which connection, with which headers."""
