"""The firm's computers, by what their logs say."""
