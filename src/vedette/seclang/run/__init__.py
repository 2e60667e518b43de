"""Rules at work on a request and its response."""
