"""Sender Policy Framework (RFC 7208), small and with all its limits."""
