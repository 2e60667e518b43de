"""Actions: decided by what they cost, carried out, verified, undone."""
