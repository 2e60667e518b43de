"""The shield inside Python applications: ASGI (`asgi`) and WSGI (`wsgi`)."""
