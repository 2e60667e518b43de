"""The demonstration: a small firm, a working day, and two attacks on it, all of them invented.

Everything that the product sees comes to it by its real ways in: mail by the milter protocol,
visits of a website through its reverse proxy, logs over HTTP, syslog and from files. Nothing here
writes a result: what is printed is what the product itself says.
"""
