"""Sigma correlation rules on event time: many matches in, one finding out.

What a correlation sees
  A *match* says that a rule (a detection, or another correlation) fits an event. Matches wait
  until the watermark has passed their event time and are then handled in the order of
  (time, nesting depth, event key, rule), so that neither the order of arrival nor the batching
  changes what is found. The watermark is the least, over the active sources, of the newest event
  time seen there, less the allowed lateness. What comes later than that is counted and reported.

Groups
  Every combination of the group-by values is a group of its own; values are compared as Sigma
  compares them, without regard to case. A match that lacks a group-by field takes part in no
  group (the specification asks for equal values, and an absent value equals nothing). A field
  with several values puts the match into several groups, up to a limit.

Windows
  A window of `timespan` includes both of its ends: two events that lie exactly `timespan` apart
  are in one window.

  Conditions that stay true once true slide: event_count, value_count and value_sum with lower
  bounds (`gt`, `gte`), temporal, temporal_ordered and chained. The finding is made at the first
  event at which the condition holds over the events of the last `timespan`. The group is then
  quiet until `timespan` after the first event of that window; events of that time belong to what
  was reported. Afterwards the group starts anew.

  All other conditions close: they are judged when the window is over. It opens at the first event
  of the group and ends `timespan` later. These are `lt`, `lte`, `eq`, `neq`, ranges, temporal
  expressions with `not`, and value_avg and value_percentile with any bound, because a mean or a
  percentile of half a window says nothing (the first event alone would decide it).

Kinds
  event_count counts events; an event that several of the rules match counts once. value_count
  counts distinct values (several fields: distinct combinations); an event without the field is
  not counted. value_sum, value_avg and value_percentile take the numbers in the field, exactly
  (no floating point); what is no number is counted and reported. A percentile is the nearest
  rank: the smallest number in the window that at least p percent of all numbers do not exceed.
  Without `percentile`, value_percentile asks for the share, in percent of the window's events,
  of one value; the rarest value that meets the condition is reported.

  temporal: all rules, or those the condition asks for, within `timespan`, in any order; one event
  may satisfy several rules. temporal_ordered: different events, in the order listed, the whole
  within `timespan`. Events of equal time count as ordered either way, because many logs have a
  resolution of a second. chained: as temporal_ordered, but `timespan` is from each link to
  the next.

Correlations of correlations
  A correlation's finding is a match of that correlation at the time at which it became true: that
  of the completing event, or the first microsecond after a window that closes. It carries the
  group-by values and, for the fields that an outer correlation asks for, the values of the
  window's events.

Bounds
  Groups per correlation, matches per group, matches in all groups and matches that wait are
  bounded. What is given up is the least recently touched group or the oldest match in *event
  time*, and a finding of the rule `vedette.correlation-overflow` says so, once per correlation and
  window.
"""

from vedette.sigma.correlation.bounds import Bounds
from vedette.sigma.correlation.counts import Counts
from vedette.sigma.correlation.engine import Correlator
from vedette.sigma.correlation.match import Match, fields_needed
from vedette.sigma.correlation.overflow import OVERFLOW_RULE
from vedette.sigma.correlation.plan import unsupported

__all__ = [
    "OVERFLOW_RULE",
    "Bounds",
    "Correlator",
    "Counts",
    "Match",
    "fields_needed",
    "unsupported",
]
