"""Mail of the firm: letters, a gateway that asks Vedette, a queue and mailboxes."""
