"""What `make bench` prints: ratios to a peer or to naive code of the same run."""
