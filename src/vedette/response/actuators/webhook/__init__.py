"""Hosts, accounts and sessions, by OpenC2 commands to the firm's own systems."""
