"""Small builders of the files that lures carry: valid to any reader, and harmless."""
