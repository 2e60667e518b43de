"""Findings as others read them: NDJSON, OCSF, a table."""
