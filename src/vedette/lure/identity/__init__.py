"""Who a message says it is from, and what speaks against that."""
