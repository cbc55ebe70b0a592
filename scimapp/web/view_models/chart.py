"""A bar chart of calls as plain numbers for an SVG: bars answered, the red part failed, and the same as a table."""

from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from ...directory import clock

HEIGHT = 120
_NICE = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """One stretch of time: its place and heights in the drawing, and its numbers."""

    at: object
    x: float
    answered_y: float
    answered_height: float
    failed_y: float
    failed_height: float
    answered: int
    failed: int
    label: str
    is_labelled: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """``marks`` are the lines of the scale as ``(y, number)``."""

    width: int
    bar_width: float
    bars: list
    marks: list
    answered: int
    failed: int
    sentence: str

    @property
    def height(self):
        return HEIGHT


def chart_of(hours, days, width=960):
    """The Chart of ``directory.call_search.hours`` over 1, 7 or 30 days; a bar is an hour, six, or a day."""
    step = {1: 1, 7: 6}.get(days, 24)
    count = days * 24 // step
    end = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    start = end - timedelta(hours=count * step)
    answered, failed = [0] * count, [0] * count
    for hour in hours:
        place = int((hour.at - start).total_seconds() // (3600 * step))
        if 0 <= place < count:
            answered[place] += hour.answered + hour.warned
            failed[place] += hour.failed
    top = _nice(max([a + f for a, f in zip(answered, failed, strict=True)], default=0))
    slot = width / count
    every = max(1, count // 6)
    bars = []
    for place in range(count):
        at = start + timedelta(hours=place * step)
        red = failed[place] / top * HEIGHT
        blue = answered[place] / top * HEIGHT
        label = f"{at:%H:%M}" if days == 1 else f"{at.day}.{at.month}."
        bars.append(Bar(at, round(place * slot + slot * 0.1, 1), round(HEIGHT - red - blue, 1), round(blue, 1),
                        round(HEIGHT - red, 1), round(red, 1), answered[place], failed[place], label,
                        place % every == every // 2))  # fmt: skip
    marks = [(HEIGHT, 0), (HEIGHT / 2, top / 2 if top % 2 else top // 2), (0, top)]
    return Chart(width, round(slot * 0.8, 1), bars, marks, sum(answered), sum(failed), _spoken(days, answered, failed))


def _nice(most):
    """The top of the scale: 1, 2 or 5 times a power of ten, at least 10."""
    power = 10
    while True:
        for factor in _NICE:
            if most <= factor * power:
                return factor * power
        power *= 10


def _spoken(days, answered, failed):
    stretch = _("the last 24 hours") if days == 1 else ngettext("the last %(num)s day", "the last %(num)s days", days)
    return _(
        "Calls in %(stretch)s: %(answered)s answered, %(failed)s failed.",
        stretch=stretch, answered=sum(answered), failed=sum(failed),
    )  # fmt: skip
