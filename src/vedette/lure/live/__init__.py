"""Mail as it passes: a milter, mailboxes over IMAP, watched folders."""
