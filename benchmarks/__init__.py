"""What `make bench` prints: every figure a ratio against a peer or a naive version of the same run."""
