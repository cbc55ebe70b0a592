"""One transaction for one change: rows, audit entries, counts and owed mails are committed together or not at all."""

import threading
from collections import defaultdict, namedtuple
from contextlib import contextmanager

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError

from ..audit import log
from ..database import at_hand, db, flush, writing
from ..database.statements import Prepared
from ..first_use import at_first_use
from . import clock, conflicts
from .model import Account, Counter
from .outbox import outbox_signal

_open = threading.local()  # ``work``: the open unit of this thread
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
        self.is_kept = False  # set after the commit
        self.arrivals = None  # what is known of people about to be added (``people.arrivals``)
        self.numbered_paths = set()  # paths seen to have a number in the account (``people.value_index``)
        self.changes_fields = False  # this unit sees custom fields that others do not see yet
        self._events = []
        self._counts = defaultdict(int)

    def record(self, event):
        """Add an event to the audit log when the unit ends."""
        self._events.append(event)

    def count(self, name, by):
        """Change a kept count by ``by`` when the unit ends (see ``model.Counter``)."""
        self._counts[name] += by

    def touch(self, row):
        """Give a changed person or group its next version. ``updated_at`` never moves back, even if the clock does."""
        row.version += 1
        row.updated_at = max(self.now, row.updated_at)

    def pending(self, name):
        """The change of a kept count in this unit so far, not written yet."""
        return self._counts[name]

    @at_first_use
    def account(self):
        """Name and rules of the account as first read in this unit; not locked, and not to be changed.

        A function that reads them together with something else assigns them here.
        """
        flush()
        return Rules._make(_ACCOUNT.first(account_id=self.scope.account_id))

    def forget_rules(self):
        """Make ``account`` read again on its next use."""
        self.__dict__.pop("account", None)

    def lock_account(self):
        """Lock the account, so that units which count before they write run one by one; returns the current account row."""
        query = select(Account).where(Account.id == self.scope.account_id).with_for_update(key_share=True)
        return db.session.scalars(query, execution_options={"populate_existing": True}).one()

    @property
    def writes_alone(self):
        """Whether no other unit can write during this one: SQLite has one writer."""
        return at_hand().engine.dialect.name == "sqlite"

    def serialise_account(self):
        """As ``lock_account``, without reading the row."""
        if not self.writes_alone:
            _LOCK.send(account_id=self.scope.account_id)  # what it is for waits behind it

    def finish(self):
        """Write what was collected, just before the commit."""
        flush()
        in_account = self.scope.account_id
        # In one order, so that two units cannot deadlock.
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
    """Run the body as one transaction and yield its Work. Inside another unit, join that one.

    If a unique index is violated, raises the matching Conflict; nothing is stored then.
    """
    outer = getattr(_open, "work", None)
    if outer is not None:
        yield outer
        return
    work = None
    try:
        with writing():
            # Made behind the wait for SQLite's one writer, so that moments there are in the order of the commits.
            _open.work = work = Work(scope)
            try:
                yield work
                work.finish()
            finally:
                _open.work = None
    except IntegrityError as error:
        raise conflicts.explain(error, work) from error
    work.is_kept = True
    if work.owes_mail and not outbox_signal.owed.is_set():
        outbox_signal.owed.set()
