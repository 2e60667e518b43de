"""What a message says, in the eight languages that recruiters write in."""
