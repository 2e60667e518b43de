"""A naive Sigma evaluator, written from the specification's text, to hold the fast path against.

It reads a rule's YAML as plain dictionaries and evaluates it recursively, one rule and one event
at a time. It shares nothing with the product but the field mappings and the spelling of values as
text. What it takes the specification to mean:

Which rules an event concerns
    A mapping's routes whose `when` all hold name the event's logsources (`*` is any value that is
    there, a list holds if one element does, case does not count); the batch's own logsource is
    one more. A rule concerns the event if its logsource covers one of them, reads its fields the
    way that route maps them, and fires if it matches under any such route.
Values
    A field's texts are those of `texts_of`: several for a list. A pattern matches a list if it
    matches one element. An absent field (or JSON null, or a list that holds nothing) matches
    nothing but `null`, `exists: false`, and what a negation makes of no match.
Text
    Compared without regard to case unless `cased`: each character in lower case, if that is one
    character. `*` is any run, `?` exactly one character, newlines included; a backslash before
    `*`, `?` or a backslash makes that plain, any other backslash is plain.
Numbers and booleans in rules are compared as text. `lt`, `gte`, ... compare what both sides are as
    floating-point numbers.
Regular expressions
    Searched anywhere, case-sensitive unless `i`; `\\d`, `\\w`, `\\s`, `\\b` are ASCII; `$` also
    matches before a final newline.
Keywords
    Looked for inside every scalar value of the event at any depth (never in names), each value on
    its own; the wildcards of a keyword need not reach the value's ends.
`all` asks for every value, each of which may be satisfied by another element of a list.
`neq` negates the whole line.
"""

from __future__ import annotations

from oracle.evaluate import Oracle, matches
from oracle.rule import NeedsValue, OracleRule, Unsupported, read_rule

__all__ = ["NeedsValue", "Oracle", "OracleRule", "Unsupported", "matches", "read_rule"]
