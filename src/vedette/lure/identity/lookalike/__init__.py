"""Domains that are made to be taken for those of a protected name."""
