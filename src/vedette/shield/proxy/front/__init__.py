"""Connections: who may come in, what is read from them, and for how long one waits."""
