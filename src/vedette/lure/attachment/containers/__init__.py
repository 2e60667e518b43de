"""Readers of archives and disk images: each member is read into memory and inspected there."""
