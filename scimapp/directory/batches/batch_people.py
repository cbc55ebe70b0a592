"""What is known about people before an action reaches them, and a forecast, by counting, of who will be left out.

An action decides from a few ``Facts`` whether it can be done to a person. The decision is the same for people with the same
facts, so the page that asks first reads the distinct facts of everybody chosen in one statement, be they 12 or 100,000.
The same function decides again for each person when the action is done.
"""

from msgspec import Struct
from sqlalchemy import false, func, select

from ...database import db
from ..accounts import seats
from ..connection import directory_names
from ..errors import DirectoryError, InvalidValue
from ..model import User
from ..roles import Permission
from ..user_list import search
from ..words import say
from . import batch_reasons, batch_registry, batch_rows
from .batch_registry import Action, Done, Run, Skipped

NAMED = 20  # people named on the page before "and 1,021 more"
NAMED_FOR_REASON = 5


class Facts(Struct, frozen=True):
    """The facts that decide whether an action can be done to a person. ``is_there_already``: it would change nothing."""

    role: str
    given_role: str
    active: bool
    is_visible: bool  # not removed by the directory
    is_erased: bool
    has_accepted: bool
    has_address: bool
    is_unconfirmed: bool
    connection_id: str | None
    is_actor: bool
    is_subject: bool  # the action names this person: the manager
    is_there_already: bool

    @property
    def is_managed(self):
        return self.connection_id is not None and self.is_visible


class LeftOut(Struct, frozen=True):
    """The people skipped for one reason: their number, and a few names."""

    reason: str
    count: int
    names: list

    @property
    def is_managed(self):
        """Whether the reason is that a directory manages them."""
        return batch_reasons.is_managed(self.reason)


class Forecast(Struct, frozen=True):
    """What a batch would do now.

    ``mark`` tells the people from others (``batch_rows.mark``), ``first`` has ``(name, address)`` of the first people chosen.
    ``directories`` manage some of the people, ``managed`` in number, and may undo the action; with and without these, it
    reaches ``reached_with`` and ``reached_without`` people.
    """

    total: int
    mark: str
    first: list
    left_out: list
    directories: list
    managed: int
    reached_with: int
    reached_without: int

    @property
    def reached(self):
        return self.total - sum(group.count for group in self.left_out)


class PersonAction(Action):
    """An action on people. ``takes_seat``: each person needs a free seat for it. ``yields``: a directory that manages a
    person may undo it, so it only reaches such people if ``with_managed`` is among the options.
    """

    takes_seat = yields = False

    def subject_id(self, run):
        """The id of the person that the options name, None for none."""
        return None

    def is_there_already(self, run):
        """A condition on ``User``: the action would change nothing."""
        return false()

    def refusal(self, run, facts):
        """The reason to leave out people with these Facts, None to go on."""
        return None

    def act(self, run, user, item):
        """Do the action to a locked row; returns what an undo needs, a dict or None."""
        raise NotImplementedError

    def lock_first(self, run):
        """Lock what must be locked before the people: a group."""

    def carry_out(self, run, item):
        self.lock_first(run)
        user = run.scope.one(User, User.id == item.user_id, kind="person", for_update=True)
        query = _facts(run, self).where(User.seq == user.seq)
        reason = self.refusal(run, Facts(*db.session.execute(query).one()))
        if reason is not None:
            raise Skipped(reason)
        return Done(self.act(run, user, item))


def foresee(scope, action_name, options, selection):
    """The Forecast of an action on all people whom ``selection`` finds. At most six statements.

    Options may still be missing; what depends on them is left out. Raises InvalidValue for an unknown action, RoleNeeded.
    """
    scope.require(Permission.MANAGE_USERS)
    action = batch_registry.find(action_name)
    if not isinstance(action, PersonAction):
        raise InvalidValue("action", say("choose what to do."))
    run = _run(scope, action, options)
    conditions = search.conditions_of(scope, selection)
    by_reason, reached, total, seqs, managed, connections = {}, 0, 0, 0, 0, set()
    for facts, size, scattered, names in _alike(run, action, conditions):
        total += size
        seqs += scattered
        reason = action.refusal(run, facts)
        if action.yields and facts.is_managed and (reason is None or batch_reasons.is_managed(reason)):
            connections.add(facts.connection_id)
            managed += size
        if reason is None:
            reached += size
        else:
            group = by_reason.setdefault(str(reason), [reason, 0, []])
            group[1] += size
            group[2] += names
    left_out = [LeftOut(reason, size, sorted(names)[:NAMED_FOR_REASON]) for reason, size, names in by_reason.values()]
    without = reached - managed if run.options.get("with_managed") else reached
    free = seats.free(scope) if action.takes_seat else None
    missing, missing_with, missing_without = (
        _seats_missing(free, wanted) for wanted in (reached, without + managed, without)
    )
    if missing:
        left_out.append(LeftOut(batch_reasons.NO_SEAT, missing, []))
    left_out.sort(key=lambda group: -group.count)
    directories = [directory_names.of_connection(scope, connection) for connection in sorted(connections)]
    first = _first(scope, selection)
    reached_with, reached_without = without + managed - missing_with, without - missing_without
    mark = batch_rows.mark(total, seqs)
    return Forecast(total, mark, first, left_out, directories, managed, reached_with, reached_without)


def _run(scope, action, options):
    try:
        return Run(scope, options, action.prepare(scope, options))
    except DirectoryError:  # reported when the batch begins; here people are still choosing
        return Run(scope, options, is_decided=False)


def _first(scope, selection):
    """The first people chosen, with addresses to tell namesakes apart."""
    columns = User.display_name, func.coalesce(User.email, User.user_name)
    people = scope.select(User, *columns).where(*search.conditions_of(scope, selection))
    return [tuple(row) for row in db.session.execute(people.order_by(*search.by_name(selection)).limit(NAMED))]


def _facts(run, action):
    """A select of the columns of Facts, in their order."""
    scope = run.scope
    return scope.select(
        User,
        User.role,
        User.given_role,
        User.active,
        User.scim_id.is_not(None).label("is_visible"),
        User.erased_at.is_not(None).label("is_erased"),
        User.verified_at.is_not(None).label("has_accepted"),
        User.email.is_not(None).label("has_address"),
        User.unconfirmed_since.is_not(None).label("is_unconfirmed"),
        User.connection_id,
        (User.id == (scope.actor.id or "")).label("is_actor"),
        (User.id == ((action.subject_id(run) if run.is_decided else None) or "")).label("is_subject"),
        (action.is_there_already(run) if run.is_decided else false()).label("is_there_already"),
    )


def _alike(run, action, conditions):
    """``(Facts, number of people with them, sum of their scattered seqs, some names)``. One statement. It does not sort everybody: that
    would take most of its time, for a few names.
    """
    people = _facts(run, action).add_columns(User.display_name, User.seq).where(*conditions).subquery()
    same = [people.c[name] for name in Facts.__struct_fields__]
    place = func.row_number().over(partition_by=same).label("place")
    size = func.count().over(partition_by=same).label("size")
    seqs = func.sum(batch_rows.scattered(people.c.seq)).over(partition_by=same).label("seqs")
    ranked = select(*same, people.c.display_name, place, size, seqs).subquery()
    query = select(*ranked.c).where(ranked.c.place <= NAMED_FOR_REASON)
    groups = {}
    for *facts, name, _, size, scattered in db.session.execute(query):
        groups.setdefault(Facts(*facts), (size, scattered, []))[-1].append(name)
    return [(facts, *found) for facts, found in groups.items()]


def _seats_missing(free, wanted):
    """How many seats too few there are for ``wanted`` people, if ``free`` are left; None means that there is no limit."""
    return 0 if free is None else max(0, wanted - free)
