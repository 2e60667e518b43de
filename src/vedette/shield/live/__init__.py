"""Websites as a source of a watch: processes that serve, and what they tell."""
