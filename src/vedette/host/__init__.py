"""Detection on hosts and networks: Sigma rules over their logs."""
