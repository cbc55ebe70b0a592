"""Pictures for the documents, a few lines of SVG each, readable on light and dark pages."""

import math
from xml.sax.saxutils import escape

WIDTH, LEFT, RIGHT, ROW = 760, 285, 95, 24
_MET, _MISSED, _PLAIN = "#2a7d4f", "#b3541e", "#5b6b7f"
_LINES = ("#2563a8", "#b3541e", "#2a7d4f", "#7a4ca0", "#9a7500", "#167d86", "#a63d5c", "#5b6b7f")
_STYLE = """<style>
text{font:13px system-ui,sans-serif;fill:#24303d}.small{font-size:11px;fill:#5b6b7f}.grid{stroke:#c6ced8;stroke-width:1}.mark{stroke:#24303d;stroke-width:2}
@media (prefers-color-scheme:dark){text{fill:#dfe5ec}.small{fill:#9fb0c2}.grid{stroke:#45515e}.mark{stroke:#dfe5ec}}
</style>"""


def bars(title, rows):
    """``rows`` are ``(label, value, limit or None, unit)``; each row is a bar, with the limit as a mark on it."""
    most = max(max(value, limit or 0) for _, value, limit, _ in rows) or 1
    scale = (WIDTH - LEFT - RIGHT) / most
    parts = []
    for number, (label, value, limit, unit) in enumerate(rows):
        y = 40 + number * ROW
        colour = _PLAIN if limit is None else _MET if value <= limit else _MISSED
        parts.append(_text(LEFT - 8, y + 13, label, anchor="end"))
        parts.append(
            f'<rect x="{LEFT}" y="{y + 2}" width="{max(1, value * scale):.1f}" height="14" rx="2" fill="{colour}"/>'
        )
        if limit is not None:
            x = LEFT + limit * scale
            parts.append(f'<path d="M{x:.1f} {y - 1}v20" class="mark"/>')
        goal = "" if limit is None else f" (≤ {limit:g})"
        parts.append(_text(LEFT + max(value, 0) * scale + 6, y + 13, f"{value:.2f}{unit}{goal}", small=True))
    return _picture(title, 50 + len(rows) * ROW, parts)


def lines(title, sizes, series, unit):
    """Cost by size, both axes logarithmic. ``series`` is ``{label: {size: value}}``."""
    height, bottom, right = 380, 330, WIDTH - 230
    values = [value for points in series.values() for value in points.values()]
    low, high = 10 ** math.floor(math.log10(min(values))), 10 ** math.ceil(math.log10(max(values)))
    spread = math.log10(high / low) or 1

    def across(size):
        return 70 + (right - 70) * math.log10(size / sizes[0]) / (math.log10(sizes[-1] / sizes[0]) or 1)

    def up(value):
        return bottom - (bottom - 50) * math.log10(value / low) / spread

    parts = []
    step = low
    while step <= high:
        parts.append(
            f'<path d="M70 {up(step):.1f}H{right}" class="grid"/>'
            + _text(64, up(step) + 4, f"{step:,.0f} {unit}", "end", True)
        )
        step *= 10
    parts += [_text(across(size), bottom + 20, f"{size:,}", "middle", True) for size in sizes]
    ends = _apart({label: up(points[max(points)]) for label, points in series.items()})
    for number, (label, points) in enumerate(series.items()):
        colour = _LINES[number % len(_LINES)]
        path = " ".join(f"{across(size):.1f},{up(value):.1f}" for size, value in sorted(points.items()))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{across(size):.1f}" cy="{up(value):.1f}" r="3" fill="{colour}"/>'
            for size, value in points.items()
        ]
        parts.append(
            f'<circle cx="{right + 14}" cy="{ends[label]:.1f}" r="4" fill="{colour}"/>'
            + _text(right + 24, ends[label] + 4, label)
        )
    return _picture(title, height, parts)


def _apart(places):
    """The places from top to bottom, moved apart by at least a line of text."""
    moved, last = {}, -math.inf
    for label, place in sorted(places.items(), key=lambda one: one[1]):
        last = moved[label] = max(place, last + 17)
    return moved


def _text(x, y, words, anchor="start", small=False):
    kind = ' class="small"' if small else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{kind}>{escape(words)}</text>'


def _picture(title, height, parts):
    label = escape(title, {'"': "&quot;"})
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">'
    return "\n".join([head, _STYLE, _text(10, 22, title), *parts, "</svg>", ""])
