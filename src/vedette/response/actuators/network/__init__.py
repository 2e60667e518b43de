"""Addresses refused by the kernel's packet filter, nftables."""
