"""The page of one group: its members, how the last push went and what it skipped, and what the viewer may do."""

from flask_babel import gettext
from msgspec import Struct

from ...directory import audit_log
from ...directory.calls import call_search
from ...directory.groups import group_search, groups, nesting, permitted, role_rules
from ...directory.links import sent_invitations
from ...directory.roles import Permission
from ...languages import Count, ngettext
from ..template_helpers import doer_words
from .connection.directories import DirectoryNames
from .listing import PER_PAGE, ListAddress, Pager, read_number
from .namesakes import told_apart
from .states import state_words

CALLS = 10  # calls about a group that are searched for the last push


class SkippedLine(Struct, frozen=True):
    """A pushed member value that matches nobody; ``person`` is who it was, or is, where known. ``is_other``: it is no SCIM
    id but another value of that person.
    """

    value: str
    what_we_know: str
    at: object = None
    person: object = None
    is_other: bool = False


class MemberRow(Struct, frozen=True):
    """A member: a User and its StateWords, since when, and who added it; with ``may_leave`` the viewer may take it out."""

    user: object
    state: object
    since: object
    added_by: str | None
    spoken_name: str | None = None  # None in rows without a box
    may_leave: bool = False


class Push(Struct, frozen=True):
    """The call of the last push, and how many members it added and removed."""

    request_id: str
    added: int
    removed: int


class GroupPage(Struct, frozen=True):
    """``conflicting`` names the directory that tried to push a group of this name; ``rule`` is the Role it gives. ``fixed`` are the
    ids of inner groups that the viewer may not take out.
    """

    group: object
    directory: str | None
    conflicting: str | None
    address: ListAddress
    q: str
    skipped: list
    members: list
    inner: list
    outer: list
    pager: Pager
    rule: object
    push: Push | None  # None where the log no longer holds it
    offers: permitted.Offers
    fixed: frozenset
    may_rule: bool

    @property
    def skipped_heading(self):
        """The result as a sentence; without a total where the count covers several pushes."""
        count, group = len(self.skipped), self.group
        if count == group.last_push_skipped:
            return ngettext(
                "%(num)s of %(sent)s pushed members was skipped",
                "%(num)s of %(sent)s pushed members were skipped",
                count,
                sent=Count(group.last_push_sent),
            )
        return ngettext("%(num)s pushed member is missing", "%(num)s pushed members are missing", count)


class EveryonePage(Struct, frozen=True):
    """The built-in group of all active people."""

    total: int
    address: ListAddress
    q: str
    members: list
    pager: Pager


def group_page(scope, group_id, args):
    """One group, with the page of members that a query string asks for. Raises NotInAccount."""
    group = groups.get(scope, group_id)
    names = DirectoryNames(scope)
    q, per_page = _read(args)
    page = group_search.find_members(scope, group, q, read_number(args.get("page", ""), 1), per_page)
    address = _address("web.group", q, page, group_id=group.id)
    reach = permitted.Reach.of(scope)
    offers, inner = permitted.offers(scope, group, reach), nesting.inner_groups(scope, group)
    return GroupPage(
        group=group,
        directory=names(group.connection_id),
        conflicting=names(group.conflict_connection_id),
        address=address,
        q=q,
        skipped=_skipped(scope, group, names),
        members=_members(scope, group, page.items, names, reach if offers.members else None),
        inner=inner,
        outer=nesting.outer_groups(scope, group),
        pager=Pager.of(page, address),
        rule=role_rules.rule_of(scope, group),
        push=_push(scope, group),
        offers=offers,
        fixed=frozenset(each.group.id for each in inner if not reach.may_take_apart(each.group.seq, group.seq)),
        may_rule=scope.allows(Permission.RULE_ROLES),
    )


def everyone_page(scope, args):
    """The built-in group, with the page of members that a query string asks for."""
    q, per_page = _read(args)
    page = group_search.find_everyone(scope, q, read_number(args.get("page", ""), 1), per_page)
    address = _address("web.group_everyone", q, page)
    invitations = sent_invitations.newest(scope, [person.seq for person in page.items])
    members = [
        MemberRow(person, state_words(person, invitations.get(person.seq)), person.created_at, None)
        for person in page.items
    ]
    return EveryonePage(page.total, address, q, members, Pager.of(page, address))


def _read(args):
    return args.get("q", "").strip()[:200], read_number(args.get("per", ""), PER_PAGE[0], PER_PAGE)


def _address(endpoint, q, page, **fixed):
    state = {
        "q": q,
        "per": None if page.per_page == PER_PAGE[0] else page.per_page,
        "page": None if page.page == 1 else page.page,
    }
    return ListAddress(endpoint, state, **fixed)


def _members(scope, group, people, names, reach):
    invitations = sent_invitations.newest(scope, [person.seq for person in people])
    memberships = groups.memberships_of(scope, group, people)
    return [
        MemberRow(
            person,
            state_words(person, invitations.get(person.seq), names),
            memberships[person.seq].added_at,
            memberships[person.seq].added_by,
            name,
            reach is not None and reach.may_take_out(scope, person.id, group.seq),
        )
        for person, name in zip(people, told_apart(people), strict=True)
    ]


def _push(scope, group):
    """The Push, from the provisioning log and the audit log. Two statements."""
    if group.last_push_at is None:
        return None
    calls = call_search.of_target(scope, group.id, CALLS)
    call = next((call for call in calls if call.method != "GET" and call.result != "failed"), None)
    if call is None:
        return None
    entries = audit_log.of_request(scope, call.request_id)
    changes = {
        change["field"]: change["after"] or change["before"]
        for entry, is_veiled in entries
        if entry.target_id == group.id and not is_veiled
        for change in entry.changes or ()
    }
    return Push(call.request_id, _counted(changes.get("added")), _counted(changes.get("removed")))


def _counted(change):
    return change.get("count", 0) if isinstance(change, dict) else 0


def _skipped(scope, group, names):
    skipped = groups.skipped_members(scope, group)
    known = groups.people_behind(scope, [entry.value for entry in skipped], group.connection_id)
    return [_skipped_line(entry.value, known.get(entry.value), names) for entry in skipped]


def _skipped_line(value, person, names):
    if person is None:
        return SkippedLine(value, gettext("Never seen here"))
    if person.removed_at is not None:
        who = names(person.connection_id) or doer_words(names.of_label(person.removed_by))
        return SkippedLine(value, gettext("Removed by %(who)s", who=who), person.removed_at, person)
    if value == person.id:
        return SkippedLine(value, gettext("Here now under another ID"), person.updated_at, person)
    which = gettext("External ID of") if value == person.external_id else gettext("User name or e-mail address of")
    return SkippedLine(value, which, person=person, is_other=True)
