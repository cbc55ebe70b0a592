"""The one place that asks what time it is."""

from datetime import UTC, datetime


def now():
    """The current moment, aware UTC, millisecond precision (what every resource shows as ``lastModified``)."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
