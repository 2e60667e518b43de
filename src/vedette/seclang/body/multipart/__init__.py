"""Multipart bodies: multipart/form-data."""

from __future__ import annotations

from vedette.seclang.body.multipart.reading import read_multipart

__all__ = ["read_multipart"]
