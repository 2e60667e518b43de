"""The append-only record that proves what was decided, done and undone."""
