"""Recruiter lures: job offers that are none, in mail, attachment, message and profile."""
