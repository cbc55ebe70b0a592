"""A month of SCIM calls for the demo's provisioning log: weekdays of a directory, with occasional errors.

The calls are invented, not made. Those that create, end or push something belong to a deed of ``demo.directory``; the
others changed nothing.
"""

import json
import random
from datetime import timedelta

from msgspec import Struct

from ...directory import clock
from ...directory.calls import call_log, call_search
from ...directory.calls.call_buffer import buffer
from ...directory.calls.pending_calls import Description, PendingCall
from .directory import ADDRESS, AGENT

DAYS = 30
DEEDS_ALONE = timedelta(hours=6)  # only deeds push groups in this time, since a group's page shows its last push
OLD_NAMESPACE = "urn:kissflow:scim:schemas:extension:YOUR_ACCOUNT_ID:2:User"
_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
_BLANK = dict.fromkeys(("token_id", "token_label", "provider", "token_hint", "scim_type", "detail", "cause", "warnings",
                        "target_kind", "target_id", "target_label"))  # fmt: skip
_CHANGES = (
    ("title",),
    ("enterprise.department",),
    ("phoneNumbers",),
    ("title", "enterprise.department"),
    ("custom.site",),
)


class _Call(Struct, frozen=True):
    """An invented call: ``columns`` beyond the usual ones, and its bodies."""

    at: object
    columns: dict
    scim_id: str | None = None
    request: object = None
    answer: object = None
    times: int = 1
    request_id: str | None = None


class Month:
    """One account's month of calls, up to now."""

    def __init__(self, scope, seed):
        self.scope, self.now, self.chance = scope, clock.now(), random.Random(seed)

    def is_missing(self):
        """Whether the account has no calls yet; an account with calls of its own gets none from the demo."""
        return call_search.last_at(self.scope) is None

    def tell(self, directory, owner, people, groups):
        """Add the month of a connected directory; returns the number of rows.

        ``people`` are User rows, ``groups`` Group rows.
        """
        if not people:
            return 0
        self.token, self.owner, self.people, self.groups = directory.token, owner, people, groups
        done = [self._done(deed) for deed in directory.deeds if self.now - deed.at < timedelta(days=DAYS)]
        told = sorted([*self._days(), *self._troubles(), *done], key=lambda call: call.at)
        waiting = buffer()
        for call in told:
            waiting.put(self._pending(call))
        call_log.flush()
        with clock.set_to(told[-1].at):
            directory.note_use(f"asked for people and received 2 of {len(self.people)}")
        return len(told)

    def _days(self):
        """Calls with quiet nights and weekends, busy mornings, and the last call a few minutes ago."""
        for day in range(DAYS, -1, -1):
            start = (self.now - timedelta(days=day)).replace(hour=0, minute=0, second=0, microsecond=0)
            busy = 5 if start.weekday() > 4 else 24
            for _ in range(self.chance.randint(busy // 2, busy)):
                at = start + timedelta(hours=min(self.chance.gauss(11, 4), 23.9) % 24)
                if at < self.now - timedelta(minutes=4):
                    yield from self._visit(at)
        yield self._list(self.now - timedelta(minutes=3))

    def _visit(self, at):
        """A search for a person and, in most cases, an update."""
        person = self.chance.choice(self.people)
        yield self._find(at, person)
        if self.chance.random() < 0.7:
            yield self._update(at + timedelta(seconds=1), person)
        if self.chance.random() < 0.12 and at < self.now - DEEDS_ALONE:
            yield self._push(at + timedelta(seconds=4), self.chance.choice(self.groups))

    def _troubles(self):
        """Occasional errors, each with a readable reason."""
        ago = self._ago
        first, second, third, *_ = [*self.people, *self.people, *self.people]
        for hours in (650, 648):
            yield self._warned(ago(hours), first)
        for hours in (220, 219, 51, 3):
            yield self._conflict(ago(hours), second)
        for hours in (301, 77):
            yield self._owner(ago(hours))
        yield self._wrong_value(ago(2), third)
        for hours in (130, 6):
            yield self._refused_token(ago(hours))
        yield self._too_fast(ago(98))
        yield self._gone(ago(53))

    def _ago(self, hours):
        return self.now - timedelta(hours=hours, minutes=self.chance.randrange(40))

    def _list(self, at):
        total = len(self.people)
        columns = {"method": "GET", "path": "/Users?startIndex=1&count=2", "operation": "list", "target_kind": "person"}
        return _Call(at, columns | {"facts": {"total": total, "shown": 2, "is_test": True}},
                     answer={"totalResults": total, "itemsPerPage": 2, "startIndex": 1})  # fmt: skip

    def _find(self, at, person):
        path = f'/Users?filter=userName eq "{person.user_name}"&startIndex=1&count=100'
        facts = {"total": 1, "shown": 1, "by": "userName", "sought": person.user_name}
        columns = {"method": "GET", "path": path, "operation": "find", "target_kind": "person", "facts": facts}
        return _Call(at, columns, person.scim_id, answer={"totalResults": 1, "Resources": [self._resource(person)]})

    def _update(self, at, person):
        fields = list(self.chance.choice(_CHANGES))
        columns = {"method": "PUT", "path": f"/Users/{person.scim_id}", "operation": "update", "target_kind": "person",
                   "facts": {"did": True, "fields": fields}}  # fmt: skip
        return _Call(at, columns, person.scim_id, self._resource(person), self._resource(person))

    def _push(self, at, group):
        members = [{"value": person.scim_id} for person in self.people[:2]]
        body = {"Operations": [{"op": "add", "path": "members", "value": members}]}
        columns = {"method": "PATCH", "path": f"/Groups/{group.id}", "operation": "update", "target_kind": "group",
                   "facts": {"did": True, "added": 2}, "target_label": group.display_name}  # fmt: skip
        return _Call(at, columns, group.id, body, {"id": group.id, "displayName": group.display_name})

    def _done(self, deed):
        """The call for a deed of the directory."""
        if deed.kind == "push":
            return self._pushed(deed)
        row, path = deed.row, f"/Users/{deed.scim_id}"
        resource = self._resource(row) | {"id": deed.scim_id}
        method, path, status, body, answer = {
            "create": ("POST", "/Users", 201, resource | {"password": "••••"}, resource),
            "deactivate": ("PATCH", path, 200, {"Operations": [{"op": "replace", "value": {"active": False}}]},
                           resource | {"active": False}),
            "delete": ("DELETE", path, 204, None, None),
        }[deed.kind]  # fmt: skip
        columns = {"method": method, "path": path, "operation": deed.kind, "status": status, "target_kind": "person",
                   "target_id": row.id, "target_label": row.display_name, "facts": {"did": True}}  # fmt: skip
        return _Call(deed.at, columns, deed.scim_id, body, answer, request_id=deed.request_id)

    def _pushed(self, deed):
        """A push. The log finds the people added, removed or skipped in the audit entries of the call."""
        group, members = deed.row, [{"value": member} for member in deed.sent]
        body = {"Operations": [{"op": "replace", "path": "members", "value": members}]}
        columns = {"method": "PATCH", "path": f"/Groups/{group.id}", "operation": "update", "target_kind": "group",
                   "target_id": group.id, "target_label": group.display_name, "facts": {}}  # fmt: skip
        columns |= {"result": "warned", "cause": "skipped"} if deed.skips else {}
        answer = {"id": group.id, "displayName": group.display_name}
        return _Call(deed.at, columns, group.id, body, answer, request_id=deed.request_id)

    def _warned(self, at, person):
        text = f"the schema {OLD_NAMESPACE!r} is unknown here (is the Account ID filled in?) and was ignored"
        warnings = [{"cause": "namespace", "facts": {"text": text, "urn": OLD_NAMESPACE}}]
        columns = {"method": "POST", "path": "/Users", "operation": "create", "status": 201, "target_kind": "person",
                   "result": "warned", "cause": "namespace", "warnings": warnings, "facts": {"did": True}}  # fmt: skip
        body = self._resource(person) | {"password": "••••", OLD_NAMESPACE: {"site": "Leeds"}}
        return _Call(at, columns, person.scim_id, body, self._resource(person))

    def _conflict(self, at, person):
        detail = f"The user name “{person.user_name}” is already in use in this account."
        facts = {"holder": person.display_name, "holder_id": person.id, "of": "user_name", "value": person.user_name}
        columns = {"method": "POST", "path": "/Users", "operation": "create", "target_kind": "person",
                   "target_label": person.display_name, "facts": facts}  # fmt: skip
        return self._refused(at, columns, 409, "taken", detail, "uniqueness", self._resource(person))

    def _owner(self, at):
        detail = ("The Account Owner cannot be deactivated here: an account keeps at least one active owner. Transfer "
                  "ownership first.")  # fmt: skip
        columns = {"method": "PATCH", "path": f"/Users/{self.owner.scim_id}", "operation": "deactivate",
                   "target_kind": "person", "facts": {}}  # fmt: skip
        body = {"Operations": [{"op": "replace", "value": {"active": False}}]}
        return self._refused(at, columns, 403, "owner", detail, None, body, self.owner.scim_id)

    def _wrong_value(self, at, person):
        detail = "startDate: “31/12/2026” is not a date; write it as 2026-11-23."
        columns = {"method": "PUT", "path": f"/Users/{person.scim_id}", "operation": "update", "target_kind": "person",
                   "facts": {"attribute": "startDate", "value": "31/12/2026"}}  # fmt: skip
        urn = OLD_NAMESPACE.replace("YOUR_ACCOUNT_ID", self.scope.account_id)
        body = self._resource(person) | {urn: {"startDate": "31/12/2026"}}
        return self._refused(at, columns, 400, "value", detail, "invalidValue", body, person.scim_id)

    def _refused_token(self, at):
        detail = "A valid bearer token of this account is needed: it is missing, wrong, revoked or has ended."
        columns = {"method": "GET", "path": "/Users?startIndex=1&count=1", "operation": "list", "target_kind": "person",
                   "facts": {}, "token_id": None, "token_label": None, "provider": None, "token_hint": None}  # fmt: skip
        return self._refused(at, columns, 401, "unknown_token", detail, None)

    def _too_fast(self, at):
        columns = {"method": "GET", "path": "/Users?startIndex=1&count=100", "operation": "list",
                   "target_kind": "person", "facts": {"seconds": 1}}  # fmt: skip
        return self._refused(at, columns, 429, "too_fast", "Too many requests; try again in 1 s.", None, times=38)

    def _gone(self, at):
        columns = {"method": "PATCH", "path": "/Users/3f1c6a52-9d1e-4c60-8e0b-6d0b4a7f2c11", "operation": "update",
                   "target_kind": "person", "facts": {}}  # fmt: skip
        body = {"Operations": [{"op": "replace", "value": {"title": "Buyer"}}]}
        return self._refused(at, columns, 404, "not_found", "This User does not exist here.", None, body)

    def _refused(self, at, columns, status, cause, detail, scim_type, request=None, scim_id=None, times=1):
        answer = {"schemas": [_ERROR], "status": str(status), "detail": detail}
        answer |= {"scimType": scim_type} if scim_type else {}
        columns |= {"status": status, "result": "failed", "cause": cause, "detail": detail, "scim_type": scim_type}
        return _Call(at, columns, scim_id, request, answer, times)

    def _resource(self, person):
        return {"id": person.scim_id, "userName": person.user_name, "displayName": person.display_name, "active": True}

    def _pending(self, call):
        usual = {"token_id": self.token.id, "token_label": self.token.label, "provider": "okta", "token_hint": self.token.last4,
                 "status": 200, "result": "answered", "milliseconds": int(self.chance.lognormvariate(2.8, 0.6)) + 1,
                 "address": ADDRESS, "agent": AGENT}  # fmt: skip
        described = Description(_BLANK | usual | call.columns, call.scim_id, _text(call.request), _text(call.answer))
        request_id = call.request_id or f"{self.chance.getrandbits(64):016x}"
        return PendingCall(self.scope.account_id, request_id, call.at, None, lambda: described, times=call.times)


def _text(body):
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False) if body is not None else None
