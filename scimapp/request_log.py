"""A request id, and one JSON line per request except for static files: who, route, status, duration. No bodies, queries,
tokens.

In a server process a thread writes the lines of a second together (``hold``, ``write``). If too many wait, the request that
notices writes them. Elsewhere each line is written at once.
"""

import itertools
import logging
import os
import re
import secrets
import sys
import time
from collections import deque
from contextlib import suppress
from functools import lru_cache

import orjson
from flask import g, request

from .background import giving_way

MOST_WAITING = 10_000  # some megabytes
TOGETHER = 100  # lines of one record
_log = logging.getLogger("scimapp.requests")
# Characters that JSON leaves unescaped but terminals and line readers obey: C1 controls, line and paragraph ends, direction.
_TURNING = re.compile("[\u007f-\u009f\u2028-\u202e\u2066-\u2069]")
_waiting = deque()  # what ``_told`` takes, of each request
_is_held = False


class JsonLines(logging.Formatter):
    """A log record as one line of JSON, its moment in UTC; control characters in values are escaped, so a line stays a line.

    A record with ``lines``, pairs of a moment and fields, is a line for each.
    """

    def format(self, record):
        lines = getattr(record, "lines", None)
        if lines is not None:
            return "\n".join(self._line(record, moment, fields) for moment, fields in lines)
        fields = {"message": record.getMessage()}
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return self._line(record, record.created, fields)

    def _line(self, record, moment, fields):
        entry = {"at": _second(int(moment)), "level": record.levelname, "log": record.name} | fields
        line = orjson.dumps(entry, default=str).decode()
        return line if line.isascii() else _TURNING.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


@lru_cache(2)
def _second(moment):
    """A moment in whole seconds, as lines tell it; those that are written together mostly tell the same."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def init_app(app):
    """Give every request an id and write its line to standard error."""
    _configure()

    @app.before_request
    def _begin():
        begin(g._get_current_object())

    @app.after_request
    def _end(response):
        name, number = end(g._get_current_object(), request._get_current_object(), response.status_code)
        response.headers[name] = number
        return response


def begin(g):
    """Give a request its id; ``g`` is Flask's, of this request."""
    g.request_id, g.started_at = new_request_id(), time.perf_counter()


def end(g, answered, status):
    """Write the line of the request ``answered`` with ``status``; returns the header that tells its id."""
    header, rule = ("X-Request-ID", getattr(g, "request_id", None) or request_id()), answered.url_rule
    if rule is not None and rule.endpoint == "static":
        return header  # a page loads a dozen of them; the page's own line is the one to read
    started_at = getattr(g, "started_at", None)  # costs less than ``get`` of what is there
    who = getattr(g, "actor_label", None), getattr(g, "account_id", None)
    seconds = time.perf_counter() - started_at if started_at else None
    _waiting.append((time.time(), header[1], answered.method, rule, status, seconds, who))
    if not _is_held or len(_waiting) > MOST_WAITING:
        write()
    return header


def hold(is_held=True):
    """From now on keep lines until ``write`` is called; or stop keeping them."""
    global _is_held
    _is_held = is_held


def has_news():
    """Whether lines wait."""
    return bool(_waiting)


def write():
    """Write the lines that wait, in pieces, so that other threads are served in between."""
    for lines in giving_way(iter(_taken, [])):
        _log.info("%s requests", len(lines), extra={"lines": lines})


def _taken():
    """Remove and return up to TOGETHER waiting lines."""
    lines = []
    with suppress(IndexError):  # that was all, or another thread was faster
        while len(lines) < TOGETHER:
            lines.append(_told(*_waiting.popleft()))
    return lines


def _told(moment, number, method, rule, status, seconds, who):
    """``(moment, fields)`` of a request."""
    return moment, {
        "request_id": number,
        "method": method,
        "route": rule.rule if rule else "-",  # the rule, never the path: paths hold link secrets
        "status": status,
        "ms": None if seconds is None else round(seconds * 1000, 1),
        "actor": who[0],
        "account": who[1],
    }


def request_id():
    """The id of the current request, shown on error pages and written in every record of it."""
    number = g.get("request_id")
    if number is None:
        number = g.request_id = new_request_id()
    return number


def new_request_id():
    """16 hexadecimal digits, the microsecond and three that count: ids grow, so what is found by them is written in order.

    In one process no two are the same; each process begins to count at a number by chance.
    """
    return f"{time.time_ns() // 1000:013x}{next(_counted) % 4096:03x}"


def _count_anew():
    global _counted
    _counted = itertools.count(secrets.randbelow(4096))


_count_anew()
os.register_at_fork(after_in_child=_count_anew)


def json_lines():
    """The configuration for ``logging.config`` that makes gunicorn and everything else in the process log in this format."""
    everything = {"level": "WARNING", "handlers": ["stderr"]}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": f"{__name__}.JsonLines"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}},
        "root": everything,
        "loggers": {"gunicorn.error": everything | {"propagate": False}, "gunicorn.access": {"propagate": False}},
    }


def _configure():
    root = logging.getLogger("scimapp")
    if not root.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        root.addHandler(handler)
        root.setLevel(logging.INFO)
        root.propagate = False
