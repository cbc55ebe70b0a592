"""A request id, and one JSON line per request but static files: who, what route, which status, how long. No bodies, queries or tokens."""

import logging
import re
import secrets
import sys
import time

import orjson
from flask import g, request

_log = logging.getLogger("scimapp.requests")
# What JSON leaves as it is and a terminal or a reader of lines obeys: C1 controls, line and paragraph ends, direction.
_TURNING = re.compile("[\u007f-\u009f\u2028-\u202e\u2066-\u2069]")


class JsonLines(logging.Formatter):
    """A log record as one line of JSON, its moment in UTC; control characters in values are escaped, so a line stays a line."""

    converter = time.gmtime

    def format(self, record):
        entry = {"at": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"), "level": record.levelname, "log": record.name}
        entry |= getattr(record, "fields", None) or {"message": record.getMessage()}
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        line = orjson.dumps(entry, default=str).decode()
        return line if line.isascii() else _TURNING.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def init_app(app):
    """Give every request an id and write its line to standard error."""
    _configure()

    @app.before_request
    def _begin():
        g.request_id = secrets.token_hex(8)
        g.started_at = time.perf_counter()

    @app.after_request
    def _end(response):
        response.headers["X-Request-ID"] = request_id()
        if request.endpoint == "static":
            return response  # a page loads a dozen of them; the page's own line is the one to read
        started_at = g.get("started_at")
        _log.info(
            "request",
            extra={
                "fields": {
                    "request_id": request_id(),
                    "method": request.method,
                    "route": str(request.url_rule or "-"),  # the rule, never the path: paths hold link secrets
                    "status": response.status_code,
                    "ms": round((time.perf_counter() - started_at) * 1000, 1) if started_at else None,
                    "actor": g.get("actor_label"),
                    "account": g.get("account_id"),
                }
            },
        )
        return response


def request_id():
    """The id of the current request, shown on error pages and written in every record of it."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    return g.request_id


def json_lines():
    """What ``logging.config`` makes of it that everything else in a server process, gunicorn first, is logged so too."""
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
