"""The whole path in one process: sources, queues, store, detection, outbox."""
