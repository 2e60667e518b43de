"""What would have been blocked, and which exclusions would spare visitors at what price."""
