"""The types that every room speaks: batches of events in, findings out."""
