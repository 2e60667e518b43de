"""SecLang, the rule language of ModSecurity, Coraza and the OWASP Core Rule Set: read, compile, run.

Everything that rules look at is bytes, as it came off the wire.
"""
