"""What the operator of a website decided: which rules, where they are enforced, what may pass."""
