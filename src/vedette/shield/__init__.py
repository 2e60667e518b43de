"""The website shield: every request is judged by the rules that the field trusts, and customers
are let through."""
