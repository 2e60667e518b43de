"""Findings that belong together: incidents, their stages, their priority."""
