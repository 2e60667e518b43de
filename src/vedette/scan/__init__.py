"""Many patterns against many values at once."""
