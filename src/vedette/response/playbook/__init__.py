"""Playbooks: what to do about an incident, in CACAO 2.0, read, chosen and turned into decisions."""
