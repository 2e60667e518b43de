"""Harmless traffic of our own making, for counting what the shield blocks without cause.

All of it is synthetic: persons are made up, hosts and addresses are reserved for documentation.
The author of the traffic has not read the rules that are tried on it. `sites.sites()` gives the
websites.
"""
