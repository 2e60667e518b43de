"""Mail refused, held and taken out of mailboxes again."""
