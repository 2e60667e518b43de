"""Ways to find hits; identical by test."""
