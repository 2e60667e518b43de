"""Attachments, opened in a child process that can reach nothing and use little."""
