"""Sources that never end: files that grow, syslog, events by HTTP."""
