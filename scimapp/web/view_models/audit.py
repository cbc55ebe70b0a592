"""The audit log in sentences: who did what to whom, and what changed, before and after."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from msgspec import Struct

from ...directory import audit_log
from ...directory.events import UsersExported
from ...directory.fields import custom_fields
from ...directory.roles import Role
from ...directory.user_list import list_attributes
from ...languages import spoken
from ..template_helpers import actor_words, number, token_words
from . import exported_words
from .connection.directories import DirectoryNames
from .listing import Filter, ListAddress, read_seq
from .recorded_managers import RecordedManagers
from .recorded_words import OWN_CHOICES, name_of, words_of
from .value_words import label_of, shortened, text_of

# The words of an event after the actor's name; %(target)s is its target, %(fields)s the labels of changed fields.
WORDS = {
    "account created": _l("created the account %(target)s"),
    "backup put back": _l("put a backup of %(target)s back and signed everybody out"),
    "options changed": _l("changed options of %(target)s: %(fields)s"),
    "settings changed": _l("changed settings of %(target)s: %(fields)s"),
    "person added": _l("added %(target)s"),
    "person returned": _l("brought %(target)s back"),
    "person changed": _l("changed %(fields)s of %(target)s"),
    "person activated": _l("activated %(target)s"),
    "person deactivated": _l("deactivated %(target)s"),
    "person removed by directory": _l("removed %(target)s"),
    "person erased": _l("erased a person"),
    "person link broken": _l("broke the directory link of %(target)s"),
    "people exported": _l("exported people: %(count)s"),
    "signed out everywhere": _l("signed %(target)s out everywhere"),
    "role changed": _l("changed the role of %(target)s"),
    "invitation issued": _l("invited %(target)s"),
    "invitation reminded": _l("reminded %(target)s of the invitation"),
    "invitation link shown": _l("copied the invitation link of %(target)s"),
    "invitation accepted": _l("accepted the invitation"),
    "password set by the server": _l("set a new password for %(target)s"),
    "password link sent": _l("sent %(target)s a link for a new password"),
    "password changed": _l("set a new password"),
    "two-step sign-in switched on": _l("switched two-step sign-in on"),
    "two-step sign-in switched off": _l("switched two-step sign-in off"),
    "two-step sign-in reset": _l("reset the two-step sign-in of %(target)s"),
    "second step guessed at": _l("typed the password and ten wrong codes"),
    "recovery code used": _l("signed in with a recovery code"),
    "recovery codes made": _l("made new recovery codes"),
    "address confirmation sent": _l("sent %(target)s a link to confirm the e-mail address"),
    "address confirmed": _l("confirmed the e-mail address"),
    "session ended": _l("ended one of the own sessions"),
    "other sessions ended": _l("signed out everywhere else"),
    "preferences changed": _l("chose another %(fields)s"),
    "no free seat": _l("found no free seat for %(target)s"),
    "ownership transferred": _l("made %(target)s the Account Owner"),
    "signed in": _l("signed in"),
    "group created": _l("created the group %(target)s"),
    "group changed": _l("changed %(fields)s of the group %(target)s"),
    "group removed": _l("deleted the group %(target)s"),
    "members changed": _l("changed the members of %(target)s"),
    "members skipped": _l("named members of %(target)s who are not here"),
    "group linked to directory": _l("linked the group %(target)s to the directory"),
    "group link broken": _l("broke the directory link of the group %(target)s"),
    "role rule set": _l("set the role rule of %(target)s"),
    "role rule removed": _l("removed the role rule of %(target)s"),
    "custom field added": _l("added the custom field %(target)s"),
    "custom field changed": _l("changed %(fields)s of the custom field %(target)s"),
    "custom field archived": _l("archived the custom field %(target)s"),
    "custom field restored": _l("restored the custom field %(target)s"),
    "token generated": _l("generated the token %(target)s"),
    "token switched on": _l("switched the token %(target)s on"),
    "unsaved token dropped": _l("dropped the unsaved token %(target)s"),
    "token revoked": _l("revoked the token %(target)s"),
    "token rotated": _l("rotated the token %(target)s"),
    "token renamed": _l("renamed the token %(target)s"),
    "token end told": _l("told the administrators that the token %(target)s ends soon"),
    "token use after end told": _l("told the administrators that the token %(target)s is used after its end"),
    "quiet directory told": _l("told the administrators that the directory with the token %(target)s has gone quiet"),
    "token preset changed": _l("changed the preset of the token %(target)s"),
    "deactivations over the limit": _l("deactivated so many people at once that it was noticed: %(target)s"),
    "deactivations let through": _l("let the stopped deactivations of %(target)s through"),
    "deactivations kept back": _l("kept the stopped deactivations of %(target)s blocked"),
    "SCIM paused": _l("paused SCIM for %(target)s"),
    "SCIM resumed": _l("resumed SCIM for %(target)s"),
    "batch finished": _l("finished the batch “%(target)s”: %(done)s done, %(left_out)s skipped"),
    "mail sent again": _l("sent the mail “%(target)s” again"),
    "mail cancelled": _l("cancelled the mail “%(target)s”"),
}
CATEGORIES = {
    "person": _l("People"),
    "group": _l("Groups"),
    "custom field": _l("Custom fields"),
    "token": _l("SCIM tokens"),
    "account": _l("Account and options"),
    "batch": _l("Batches"),
    "mail": _l("Mail"),
}
ICONS = {
    "person": "user",
    "group": "groups",
    "custom field": "fields",
    "token": "key",
    "account": "settings",
    "batch": "users",
}
PERIODS = {"1": _l("Last 24 hours"), "7": _l("Last 7 days"), "30": _l("Last 30 days")}
SIGNED_IN = "signed in"
_MANY = 3  # most changed fields that a sentence names
_WITH_FORMS = frozenset(("account", "custom field", "token"))  # targets whose values are no attributes
_LISTS = frozenset(("added", "removed", "skipped"))  # of the members of a group


class Line(Struct, frozen=True):
    """One value that changed. ``is_list``: ``now`` lists members added, removed or skipped, without an old value."""

    label: str
    was: str
    now: str
    is_list: bool = False


class EntryWords(Struct, frozen=True):
    """An entry in words. ``is_veiled``: only stronger roles may see the changes."""

    entry: object
    who: str
    what: str
    icon: str
    lines: list
    is_veiled: bool

    @property
    def who_icon(self):
        """A person, a token or a server command."""
        return {"person": "user", "token": "key"}.get(self.entry.actor_kind, "settings")

    @property
    def sentence(self):
        return f"{self.who} {self.what}"


class AuditList(Struct, frozen=True):
    address: ListAddress
    search: object
    days: str
    rows: list
    filters: list
    newest: str | None
    older: str | None


class Telling:
    """Turns ``entries`` into words; reads the labels of custom fields and the names of managers once."""

    def __init__(self, scope, entries):
        self._fields_here = custom_fields.list_fields(scope, None)
        self._own = {field.field_id: field.label for field in self._fields_here}
        self._names = DirectoryNames(scope)
        self._managers = RecordedManagers(scope, entries)

    def __call__(self, entry, is_veiled=False):
        """The EntryWords of an entry."""
        changes = () if is_veiled else entry.changes or ()
        is_export = entry.event == UsersExported.name
        lines = [self._line(self._exported(each) if is_export else each, entry.target_kind) for each in changes]
        words = WORDS.get(entry.event)
        is_of_token = entry.target_kind == "token"
        target = token_words(entry.target_label) if is_of_token else entry.target_label
        values = {"target": shortened(target), "fields": self._fields(entry)}
        if entry.target_kind == "batch":
            values |= _batch(entry)
        elif is_export:
            counts = {change["field"]: change["after"] for change in entry.changes or ()}
            values["count"] = number(counts.get("people", 0))
        what = str(words) % values if words is not None else f"{entry.event}: {values['target']}"
        who = (token_words if entry.actor_kind == "token" else actor_words)(entry.actor_label)
        return EntryWords(entry, shortened(who), what, ICONS.get(entry.target_kind, "mail"), lines, is_veiled)

    def _fields(self, entry):
        names = (change["field"] for change in entry.changes or ())
        labels = list(dict.fromkeys(self._name(name, entry.target_kind) for name in names))
        if entry.target_kind in _WITH_FORMS:  # some of these labels are sentences
            labels = [gettext("“%(name)s”", name=label) for label in labels]
        if not labels:
            return gettext("something")
        if len(labels) > _MANY:
            rest = len(labels) - _MANY
            return gettext("%(names)s and %(num)s more", names=", ".join(labels[:_MANY]), num=rest)
        return ", ".join(labels)

    def _line(self, change, target_kind):
        change = self._managers.named(change)
        field, before, after = change["field"], change["before"], change["after"]
        if field == "role":
            before, after = (spoken(Role(role).label) if role in list(Role) else role for role in (before, after))
        if field == "connection":
            before, after = self._names(before), self._names(after)
        if field == "label" and target_kind == "token":
            before, after = token_words(before), token_words(after)
        if target_kind in _WITH_FORMS or field in OWN_CHOICES:
            before, after = (words_of(field, value, self._own) for value in (before, after))
        is_list = field in _LISTS and before is None
        return Line(self._name(field, target_kind), text_of(before), text_of(after), is_list)

    def _exported(self, change):
        """A change of the record of an export, in words."""
        told, known = change["after"], list_attributes.with_fields(self._fields_here)
        if change["field"] == "columns":
            told = exported_words.columns(told, known)
        elif change["field"] == "filters":
            told = exported_words.filters(told, known, self._names)
        return change | {"after": told}

    def _name(self, field, target_kind):
        return name_of(field, self._own) if target_kind in _WITH_FORMS else str(label_of(field, self._own))


def _batch(entry):
    """The values for the sentence of a batch: its action, and its final counts."""
    counts = {change["field"].replace(" ", "_"): number(change["after"]) for change in entry.changes or ()}
    return {"target": gettext(entry.target_label), "done": "0", "left_out": "0"} | counts


def read_search(args):
    """``(AuditSearch, period in days)`` of a query string; unknown values are ignored."""
    what, days = args.get("what", ""), args.get("days", "")
    days = days if days in PERIODS else ""
    search = audit_log.AuditSearch(
        who=args.get("who", "").strip()[:100],
        what=what if what in CATEGORIES or what == SIGNED_IN else None,
        target=args.get("target", "").strip()[:200],
        batch=args.get("batch", "").strip()[:64] or None,
        since=audit_log.since_days(int(days)) if days else None,
        before=read_seq(args.get("before", "")),
    )
    return search, days


def audit_list(scope, args):
    """The whole page for a query string. Four statements, and one where managers changed."""
    search, days = read_search(args)
    page = audit_log.find(scope, search)
    state = {"who": search.who, "what": search.what, "target": search.target, "batch": search.batch, "days": days}
    address = ListAddress("web.audit", state)
    telling = Telling(scope, page.items)
    return AuditList(
        address=address,
        search=search,
        days=days,
        rows=[telling(entry, entry.seq in page.veiled) for entry in page.items],
        filters=_filters(search, days, address),
        newest=address.to() if search.before is not None else None,
        older=address.to(before=page.older) if page.older is not None else None,
    )


def _filters(search, days, address):
    named = (
        ("who", search.who, gettext("Who: %(text)s", text=search.who)),
        ("what", search.what, CATEGORIES.get(search.what) or gettext("Sign-ins")),
        ("target", search.target, gettext("About: %(text)s", text=search.target)),
        ("batch", search.batch, gettext("Batch %(id)s", id=search.batch)),
        ("days", days, PERIODS.get(days, "")),
    )
    return [Filter(text, address.to(**{name: None})) for name, value, text in named if value]
