"""Rule sets of others: fetched, checked, installed beside each other; and rules tested on their
samples."""
