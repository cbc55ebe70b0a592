"""A bar chart of calls as numbers for an SVG and a table: bars show answered calls, their red part failed ones."""

from bisect import bisect_right
from datetime import UTC, timedelta
from math import ceil

from flask_babel import gettext as _
from msgspec import Struct

from ....directory import clock
from ....languages import Count, day, ngettext
from ....local_time import local, time_of

HEIGHT = 120
_NICE = (1, 2, 5)
_NARROW = 300  # the width of the drawing for phones
_LABELS, _LABELS_OF_NARROW = 6, 4  # below the bars of a drawing
_HALF_A_LABEL = 24  # half the width of "26. Nov."
_SEEN = 2.5  # the least height of a number above 0


class Bar(Struct, frozen=True):
    """One period of time: its place and heights in the drawing, and its numbers."""

    at: object
    x: float
    middle: float
    answered_y: float
    answered_height: float
    failed_y: float
    failed_height: float
    answered: int
    failed: int
    label: str
    is_labelled: bool


class Drawing(Struct, frozen=True):
    """The bars at one width, in the units of the SVG."""

    width: int
    bar_width: float
    bars: list


class Chart(Struct, frozen=True):
    """``wide`` and ``narrow`` are Drawings of the same numbers; ``marks`` are the lines of the scale, ``(y, number)``."""

    wide: Drawing
    narrow: Drawing
    marks: list
    answered: int
    failed: int
    sentence: str

    @property
    def height(self):
        return HEIGHT


def chart_of(hours, days, width=960):
    """The Chart of ``directory.calls.call_pulse.hours`` over 1, 7 or 30 days; a bar is one hour, six hours or a day."""
    step = {1: 1, 7: 6}.get(days, 24)
    starts = _starts(days, step)
    answered, failed = [0] * len(starts), [0] * len(starts)
    for hour in hours:
        place = bisect_right(starts, hour.at) - 1
        if place >= 0:
            answered[place] += hour.answered + hour.warned
            failed[place] += hour.failed
    numbers = list(zip(starts, answered, failed, strict=True))
    top = _nice(max(a + f for _at, a, f in numbers))
    marks = [(HEIGHT, 0), (HEIGHT / 2, top // 2), (0, top)]
    wide, narrow = (_drawing(numbers, top, days, drawn) for drawn in (width, _NARROW))
    return Chart(wide, narrow, marks, sum(answered), sum(failed), _spoken(days, numbers))


def _starts(days, step):
    """The starts of the periods, the present one last. In the zone in use, days start at midnight, quarters at 0, 6, 12
    and 18. Calls are counted by hours of UTC; in a zone half an hour off, the midnight hour counts with the day before.
    """
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    backwards = reversed(range(days * 24 // step))
    if step == 1:
        return [now - timedelta(hours=back) for back in backwards]
    there = local(clock.now())
    last = there.replace(hour=there.hour - there.hour % step, minute=0, second=0, microsecond=0, fold=0)
    # Subtract in local time: a day on which the clocks change has 23 or 25 hours.
    return [(last - timedelta(hours=step * back)).astimezone(UTC) for back in backwards]


def _drawing(numbers, top, days, width):
    slot = width / len(numbers)
    every = ceil(len(numbers) / (_LABELS_OF_NARROW if width == _NARROW else _LABELS))
    after_last = min(ceil(_HALF_A_LABEL / slot - 0.5), every - 1)  # in bars: keeps the last label inside
    bars = []
    for place, (at, answered, failed) in enumerate(numbers):
        red, blue = _height(failed, top), _height(answered, top)
        label = f"{local(at):%H:%M}" if days == 1 else day(at, "short")
        from_end = len(numbers) - 1 - place
        bars.append(Bar(
            at, round(place * slot + slot * 0.1, 1), round((place + 0.5) * slot, 1), round(HEIGHT - red - blue, 1),
            round(blue, 1), round(HEIGHT - red, 1), round(red, 1), answered, failed, label,
            from_end % every == after_last,
        ))  # fmt: skip
    return Drawing(width, round(slot * 0.8, 1), bars)


def _height(number, top):
    return max(number / top * (HEIGHT - _SEEN), _SEEN) if number else 0


def _nice(most):
    """The top of the scale: 1, 2 or 5 times a power of ten, at least 10."""
    power = 10
    while True:
        for factor in _NICE:
            if most <= factor * power:
                return factor * power
        power *= 10


def _spoken(days, numbers):
    answered, failed = sum(row[1] for row in numbers), sum(row[2] for row in numbers)
    stretch = _("the last 24 hours") if days == 1 else ngettext("the last %(num)s day", "the last %(num)s days", days)
    if not answered + failed:
        return _("No calls in %(stretch)s.", stretch=stretch)
    at, most = max(((at, a + f) for at, a, f in numbers), key=lambda row: row[1])
    return _(
        "Calls in %(stretch)s: %(answered)s answered, %(failed)s failed; busiest from %(when)s with %(most)s.",
        stretch=stretch,
        answered=Count(answered),
        failed=Count(failed),
        when=time_of(at) if days == 1 else day(at, "short"),
        most=Count(most),
    )
