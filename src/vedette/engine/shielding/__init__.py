"""Looking at websites' shields and deciding about them, for commands and for the console."""
