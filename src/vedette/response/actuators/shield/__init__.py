"""Refusing clients and parameters at the websites."""
