"""Recruitment mail, honest and not: all of it synthetic, and how well it is told apart."""
