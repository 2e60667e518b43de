"""Decisions for proxies that users already have: nginx, Envoy, HAProxy."""
