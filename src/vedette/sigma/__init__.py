"""Sigma: the rule language that the field writes, from YAML to verdict."""
