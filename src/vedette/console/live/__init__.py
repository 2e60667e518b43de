"""What browsers are told while they look: one watcher of the databases, many listeners."""
