"""SecLang, the rule language of ModSecurity, Coraza and the OWASP Core Rule Set.

Everything that rules look at is bytes, as it came off the wire.
"""
