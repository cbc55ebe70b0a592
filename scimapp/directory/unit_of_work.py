"""One transaction for one change: rows, audit entries, counts and owed mails are committed together or not at all."""

import threading
from collections import defaultdict, namedtuple
from contextlib import contextmanager
from functools import cached_property

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.exc import IntegrityError

from ..audit import log
from ..database import db, flush, writing
from ..database.statements import Prepared
from . import clock, conflicts
from .model import Account, Counter
from .outbox import outbox_signal

_open = threading.local()  # ``work`` of this thread
_MOVE = Prepared(
    update(Counter)
    .where(Counter.account_id == bindparam("in_account"), Counter.name == bindparam("kept"))
    .values(value=Counter.value + bindparam("by"))
)
RULES = (
    Account.name, Account.invite_provisioned, Account.invitation_days, Account.revive_inactive, Account.yielded_values,
    Account.stop_deactivations, Account.directory_roles, Account.seat_limit, Account.same_name_groups,
    Account.fields_version,
)  # fmt: skip
Rules = namedtuple("Rules", [column.key for column in RULES])
_ACCOUNT = Prepared(select(*RULES).where(Account.id == bindparam("account_id")))
_LOCK = Prepared(select(Account.id).where(Account.id == bindparam("account_id")).with_for_update(key_share=True))


class Work:
    """What a unit collects until its end. ``attempted`` holds the values that a conflict message may name."""

    def __init__(self, scope):
        self.scope = scope
        self.now = clock.now()
        self.attempted = {}
        self.owes_mail = False
        self.is_kept = False  # until it is committed
        self.changes_fields = False  # custom fields are otherwise in this unit than for everybody else
        self._events = []
        self._counts = defaultdict(int)

    def record(self, event):
        """Add an event to the audit log of this unit."""
        self._events.append(event)

    def count(self, name, by):
        """Move a kept count (see ``model.Counter``)."""
        self._counts[name] += by

    def touch(self, row):
        """Give a changed person or group its next version. A clock that was set back changes no order of changes."""
        row.version += 1
        row.updated_at = max(self.now, row.updated_at)

    def pending(self, name):
        """By how much this unit has moved a kept count so far; it is written at the end."""
        return self._counts[name]

    @cached_property
    def account(self):
        """Name and rules of the account as they are at the first look of this unit: not locked and not to be changed.

        Whoever reads them beside something else puts them here.
        """
        flush()
        return Rules._make(_ACCOUNT.first(account_id=self.scope.account_id))

    def lock_account(self):
        """Serialise with every other unit that counts before it writes; returns the account row as it is then."""
        query = select(Account).where(Account.id == self.scope.account_id).with_for_update(key_share=True)
        return db.session.scalars(query, execution_options={"populate_existing": True}).one()

    @property
    def writes_alone(self):
        """Whether nobody else writes while this unit does: SQLite has one writer."""
        return db.engine.dialect.name == "sqlite"

    def serialise_account(self):
        """The same, without a look at the row."""
        if not self.writes_alone:
            _LOCK.first(account_id=self.scope.account_id)

    def lock_nesting(self):
        """Serialise with every other unit that puts groups into groups. Taken after the locks on groups themselves."""
        if not self.writes_alone:
            key = func.hashtext(f"groups in groups {self.scope.account_id}")
            db.session.execute(select(func.pg_advisory_xact_lock(key)))

    def finish(self):
        """Write what was collected, just before the commit."""
        flush()
        in_account = self.scope.account_id
        # In one order, so that two units cannot wait for each other.
        _MOVE.send_many(
            [{"in_account": in_account, "kept": name, "by": by} for name, by in sorted(self._counts.items()) if by]
        )
        log.append([self._entry(event) for event in self._events])

    def _entry(self, event):
        scope, actor = self.scope, self.scope.actor
        return {
            "account_id": scope.account_id,
            "at": self.now,
            "actor_kind": actor.kind,
            "actor_id": actor.id,
            "actor_label": actor.label,
            "event": event.name,
            "target_kind": event.target_kind,
            "target_id": event.target_id,
            "target_label": event.target_label,
            "changes": [{"field": c.field, "before": c.before, "after": c.after} for c in event.changes] or None,
            "request_id": scope.request_id,
            "batch_id": scope.batch_id,
            "address": scope.address,
            "agent": scope.agent and scope.agent[:200],
        }


@contextmanager
def unit_of_work(scope):
    """Run the body as one transaction and yield its Work. Inside another unit it joins that one.

    Raises the Conflict that a broken unique index stands for; nothing is kept then.
    """
    outer = getattr(_open, "work", None)
    if outer is not None:
        yield outer
        return
    work = Work(scope)
    try:
        with writing():
            _open.work = work
            try:
                yield work
                work.finish()
            finally:
                _open.work = None
    except IntegrityError as error:
        raise conflicts.explain(error, work) from error
    work.is_kept = True
    if work.owes_mail:
        outbox_signal.owed.set()
