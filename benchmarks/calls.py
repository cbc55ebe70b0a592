"""The provisioning log of a large account: months of calls about its people, written straight into a database."""

from datetime import timedelta

from sqlalchemy import insert

from scimapp.database import writing
from scimapp.directory import clock
from scimapp.directory.model import ScimCall, ScimCallHour
from scimapp.directory.text_keys import search_text

DAYS = 150
CALLS_A_PERSON = 2
_SLICE = 5_000
_OPERATIONS, _SHARES = (
    ("find", "update", "list", "create", "deactivate", "read", "delete"),
    (40, 30, 10, 5, 1, 14, 0.02),
)
_RESULTS = (("answered", 97), ("warned", 2), ("failed", 1))


def write(scope, people, chance):
    """Write calls about ``people`` (``crowd.Somebody``), evenly over the last months, and the counts of their hours."""
    count, start = len(people) * CALLS_A_PERSON, clock.now() - timedelta(days=DAYS)
    step = timedelta(days=DAYS) / count
    for first in range(0, count, _SLICE):
        rows = [
            _row(scope, people, chance, number, start + number * step)
            for number in range(first, min(first + _SLICE, count))
        ]
        with writing() as session:
            session.execute(insert(ScimCall.__table__), rows)
    hour, an_hour = clock.now().replace(minute=0, second=0, microsecond=0), max(1, count // (DAYS * 24))
    hours = [{"account_id": scope.account_id, "hour": hour - timedelta(hours=back), "answered": an_hour, "warned": 0, "failed": 1}
             for back in range(DAYS * 24)]  # fmt: skip
    with writing() as session:
        session.execute(insert(ScimCallHour.__table__), hours)


def _row(scope, people, chance, number, at):
    place = chance.randrange(1, len(people))
    (operation,) = chance.choices(_OPERATIONS, _SHARES)
    (result,) = chance.choices([name for name, _ in _RESULTS], [share for _, share in _RESULTS])
    label = people[place].name
    return {
        "account_id": scope.account_id, "request_id": f"{number:016x}", "at": at, "token_id": "token",
        "token_label": "Okta production", "token_hint": None, "provider": "okta", "method": "PUT",
        "path": f"/Users/person-{place}", "operation": operation, "status": 409 if result == "failed" else 200,
        "result": result, "scim_type": None, "detail": None, "cause": "taken" if result == "failed" else None,
        "facts": {"did": True, "fields": ["title"], "total": 1, "shown": 1}, "warnings": None, "target_kind": "person",
        "target_id": f"person-{place}", "target_label": label, "target_key": search_text(label), "times": 1,
        "milliseconds": 12, "address": "203.0.113.80", "agent": "bench",
    }  # fmt: skip
