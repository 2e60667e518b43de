"""Runs the path from sources to sinks."""
