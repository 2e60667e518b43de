"""Archives as sequences of named streams."""
