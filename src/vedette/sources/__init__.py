"""Readers: from files, archives, listeners and pipes to batches of events."""
