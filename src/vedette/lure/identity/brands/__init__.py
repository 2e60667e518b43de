"""Services that messages pose as: recruitment agencies, networks, application systems."""
