"""Parses moments (RFC 3339) into UTC, by the same rule for every front."""

import re
from datetime import UTC, datetime

EARLIEST_YEAR = 1900
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,12})?(Z|[+-]\d\d:\d\d)", re.ASCII)


def parse_moment(text, form=_RFC_3339):
    """An aware UTC moment from a date and time that says its zone; the years 1900 to 9999.

    ``form`` is a pattern of the capital letters that are accepted, for doors that take more than RFC 3339.
    RFC 7643 §2.3.5 allows a missing zone, but then the moment is unclear, so it is refused. Raises ValueError.
    """
    text = text.upper()
    if not form.fullmatch(text):
        raise ValueError("a date, a time and a zone are needed")
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("this moment is out of range") from error
    if moment.year < EARLIEST_YEAR:
        raise ValueError("this moment is out of range")
    return moment
