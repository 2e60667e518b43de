"""What is kept: events in Parquet segments, state in SQLite."""
