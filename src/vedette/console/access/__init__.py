"""Who may do what: people, sessions, tokens, single sign-on. Knows nothing of pages or routes."""
