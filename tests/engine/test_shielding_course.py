"""Requests and refusals over time: buckets that hold everything that came."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vedette.engine.shielding.course import FINEST, LEAST, MOST, WIDTHS, Counting

END = 1_790_000_123_456_789
DAY = 86_400_000_000


@given(st.lists(st.tuples(st.integers(-2 * DAY, 40 * DAY), st.integers(1, 99)), max_size=50))
def test_what_came_in_time_is_counted_once(came: list[tuple[int, int]]) -> None:
    counting = Counting(END - 30 * DAY, END)
    for ago, count in came:
        counting.add("requests", END - ago, count)
    course = counting.course()
    assert sum(course.requests) == sum(count for ago, count in came if 0 <= ago <= 30 * DAY)
    assert LEAST <= len(course.times) == len(course.requests) == len(course.blocked) <= MOST
    assert course.times[-1] <= END < course.times[-1] + course.width
    assert {b - a for a, b in zip(course.times, course.times[1:], strict=False)} == {course.width}


def test_it_is_as_fine_as_there_is_room_for() -> None:
    widths = []
    for days in (0, 1, 7, 30, 200):
        counting = Counting(END - 400 * DAY, END)
        counting.add("blocked", END - days * DAY)
        widths.append(counting.course().width)
    assert widths == [FINEST, FINEST, *WIDTHS[1:3], WIDTHS[3]]
    counting = Counting(END - 900 * DAY, END)
    counting.add("blocked", END - 800 * DAY)
    assert sum(counting.course().blocked) == 0  # older than what there is room for
