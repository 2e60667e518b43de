"""What an action would have touched in the stored events of the last days, before it is taken."""
