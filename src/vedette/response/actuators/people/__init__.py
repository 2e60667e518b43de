"""Telling people, over channels that may carry no more than they are trusted with."""
