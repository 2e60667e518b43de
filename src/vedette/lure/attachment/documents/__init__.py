"""Documents: what they load from elsewhere, run when opened, or carry inside."""
