"""Programs, scripts and shortcuts: what they are and whether they should be here."""
