"""What rules are told to leave alone, and what is forbidden besides: as data and as SecLang."""
