"""The groups, sessions and activity of a person: cards of the person's page."""

from flask_babel import gettext as _
from msgspec import Struct

from ....directory import audit_log
from ....directory.groups import groups, nesting, permitted
from ....directory.sign_in import sessions
from ...template_helpers import doer_words
from ..audit import Telling
from ..calls import calls as call_views
from ..namesakes import groups_told_apart
from .devices import device_words

SHOWN = 10  # most lines of activity


class GroupLine(Struct, frozen=True):
    """One group of a person. ``may_leave``: the group is managed here, and the viewer may take the person out."""

    id: str
    name: str
    directory: str | None
    how: str
    since: object
    may_leave: bool = False


class SessionLine(Struct, frozen=True):
    id: str
    device: str
    address: str
    last_seen_at: object
    is_this_one: bool


class ActivityLine(Struct, frozen=True):
    """``line`` is the change, if there is just one to show whole; ``seq`` is the entry of the audit log,
    ``request_id`` the SCIM call behind it, each where there is one."""

    icon: str
    text: str
    at: object
    line: object = None
    seq: int | None = None
    request_id: str | None = None


def group_lines(scope, user, names):
    """The groups of a person, direct and through other groups, without the built-in one. No two names are alike."""
    lines, direct, inherited = [], groups.groups_of(scope, user), nesting.inherited_by(scope, user)
    told = _told_apart(user, [*direct, *inherited], names)
    reach = permitted.Reach.of(scope) if direct else None
    for line in direct:
        may_leave = line.connection_id is None and reach.may_take_out(scope, user.id, line.group_seq)
        directory = names(line.connection_id)
        if directory:
            how = _("Pushed by %(directory)s", directory=directory)
        else:
            how = _("Added by %(who)s", who=doer_words(line.added_by))
        lines.append(GroupLine(line.group_id, told[line.group_id], directory, how, line.added_at, may_leave))
    for line in inherited:
        how = _("Through %(group)s", group=told.get(line.through_id, line.through))
        lines.append(GroupLine(line.group_id, told[line.group_id], None, how, line.since))
    return lines


def _told_apart(user, lines, names):
    beside = (_("Everyone").casefold(),) if user.active else ()
    shown, connections = [line.display_name for line in lines], [line.connection_id for line in lines]
    return dict(
        zip((line.group_id for line in lines), groups_told_apart(shown, connections, names, beside), strict=True)
    )


def session_lines(scope, user, this_hash=None):
    """The open sessions of a person."""
    return [
        SessionLine(item.id, device_words(item.agent), item.address or "", item.last_seen_at, item.is_this_one)
        for item in sessions.list_open(scope, user, this_hash)
    ]


def activity_of(scope, user, names, calls):
    """The last events about a person, newest first: changes of the record, additions to groups, and calls that were
    refused or warned about. Successful calls are left out, because the record shows what they changed.
    """
    entries = audit_log.of_target(scope, user.id, SHOWN)
    troubles = [call for call in calls if call.result != "answered"]
    telling = Telling(scope, [entry for entry, _is_veiled in entries])
    own = call_views.labels_of(scope) if troubles else {}
    lines = [
        ActivityLine("alert", call_views.row_of(call, own).sentence, call.at, request_id=call.request_id)
        for call in troubles
    ]
    for entry, is_veiled in entries:
        words = telling(entry, is_veiled)
        shown = words.lines[0] if len(words.lines) == 1 else None
        lines.append(ActivityLine(words.icon, words.sentence, entry.at, shown, entry.seq))
    for line in groups.groups_of(scope, user):
        who = names(line.connection_id) or doer_words(line.added_by)
        text = _("%(who)s put this person in %(group)s", who=who, group=line.display_name)
        lines.append(ActivityLine("groups", text, line.added_at))
    return sorted(lines, key=lambda line: line.at, reverse=True)[:SHOWN]
