"""For whom a message claims to speak."""
