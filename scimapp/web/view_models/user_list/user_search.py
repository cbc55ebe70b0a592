"""The state of the people list in an address: ``state, q, role, source, group, f, col, sort, per, page``.

A part that cannot be answered (an archived field, an unknown group, an invalid date) becomes a Problem in words, and
the list finds nobody: silently dropping a filter would show, and let a batch change, people who were never asked for.
Invalid order, page and rows per page only fall back to the defaults.
"""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from msgspec import Struct
from msgspec.structs import replace

from ....directory.connection import scim_tokens
from ....directory.errors import InvalidValue
from ....directory.roles import Role
from ....directory.user_list import filter_choices, list_attributes, list_preferences, search, user_filters
from ....languages import spoken
from ..connection.directories import DirectoryNames
from ..listing import PER_PAGE, Filter, ListAddress, read_number, read_sort
from ..states import STATES
from . import user_conditions

LONGEST_Q = 200  # characters
_SOURCES = {search.BY_HAND: _l("By hand"), search.FROM_FILE: _l("CSV file")}
_SUGGESTED = 8  # groups suggested in place of an unknown one


class Problem(Struct, frozen=True):
    """A part of the address that cannot be answered: why, the address without it, and what may have been meant.

    An unknown column hides nobody; any other problem ``narrows``, so that nobody is found.
    """

    text: str
    without: str
    instead: tuple = ()  # (words, address)
    narrows: bool = True
    part: str = ""  # the part of the address: role, source, group …


class Asked(Struct, frozen=True):
    """An address, parsed. ``columns`` are the ListAttributes beside the name, ``group`` is the text of the group box."""

    search: search.UserSearch
    address: ListAddress
    known: dict
    columns: list
    filters: list
    problems: list
    group: str


def read(scope, args):
    """What a query string (a MultiDict) asks for. Four statements at most, plus one for each kind of name in it."""
    return _Reader(scope, args).read()


def source_words(names, connection):
    """A person's source in words: the name of the directory, “By hand” or “CSV file”."""
    return str(_SOURCES[connection]) if connection in _SOURCES else names(connection)


class _Reader:
    def __init__(self, scope, args):
        self.scope, self.args = scope, args
        self.known = list_attributes.attributes(scope)
        self.preferences = list_preferences.of(scope)
        self.names = DirectoryNames(scope)
        self.filters, self.problems = [], []
        self.address = ListAddress("web.users", self._state())

    def read(self):
        wanted = self._order(
            search.UserSearch(
                q=self.address.state.get("q", ""),
                state=self._of_list("state", STATES, lambda state: str(STATES[state])),
                role=self._of_list("role", list(Role), self._role_words),
                connection=self._source(),
            )
        )
        group_seq, group_name = self._group()
        wanted = replace(wanted, group=group_seq, conditions=tuple(self._conditions()))
        columns = self._columns()
        if any(problem.narrows for problem in self.problems):
            wanted = replace(wanted, ids=())
        return Asked(wanted, self.address, self.known, columns, self.filters, self.problems, group_name)

    def _state(self):
        """Every part of the address as it came, in the format that the list writes."""
        args, sort = self.args, self._sort()
        key, descending = sort
        return {
            "state": args.get("state", "")[:40],
            "q": args.get("q", "").replace("\0", "").strip()[:LONGEST_Q],
            "role": args.get("role", "")[:40],
            "source": args.get("source", "")[:80],
            "group": args.get("group", "").replace("\0", "").strip()[:LONGEST_Q],
            "f": list(dict.fromkeys(text[:2_000] for text in args.getlist("f") if text)),
            "col": list(dict.fromkeys(args.getlist("col"))),
            "sort": None if sort == ("name", False) else f"{'-' if descending else ''}{key}",
            "per": read_number(args.get("per", ""), None, PER_PAGE),
            "page": read_number(args.get("page", ""), None),
        }

    def _sort(self):
        sortable = {key for key, attribute in self.known.items() if attribute.is_sortable} | {list_attributes.NAME.key}
        return read_sort(self.args.get("sort", ""), sortable)

    def _order(self, wanted):
        (key, descending), state = self._sort(), self.address.state
        return replace(
            wanted,
            sort=list_attributes.NAME if key == list_attributes.NAME.key else self.known[key],
            descending=descending,
            page=state.get("page", 1),
            per_page=state.get("per") or self.preferences.per_page or PER_PAGE[0],
        )

    def _of_list(self, name, allowed, words):
        value = self.address.state.get(name)
        if value in allowed:
            self._chosen(name, words(value))
            return value
        if value:
            self._problem(name, gettext("“%(value)s” is not one of the choices for this filter.", value=value))
        return None

    @staticmethod
    def _role_words(role):
        return gettext("Role is %(role)s", role=spoken(Role(role).label))

    def _source(self):
        value = self.address.state.get("source")
        if not value:
            return None
        known = value in _SOURCES or value in scim_tokens.PROVIDERS
        if not known and value not in filter_choices.connections(self.scope):
            self._problem("source", gettext("No directory here goes by the name “%(name)s”.", name=value))
            return None
        self._chosen("source", gettext("Source is %(source)s", source=source_words(self.names, value)))
        return value

    def _group(self):
        """``(seq, text of the box)``; the text is the group's name if that finds the same group again, else its id."""
        text = self.address.state.get("group", "")
        if not text:
            return None, ""
        if text.casefold() in ("everyone", gettext("Everyone").casefold()):
            self._chosen("group", gettext("Group is %(group)s", group=gettext("Everyone")))
            return search.EVERYONE, gettext("Everyone")
        found = filter_choices.find_group(self.scope, text)
        if found is None:
            alike = filter_choices.groups_to_choose(self.scope, _SUGGESTED, text)
            instead = tuple((name, self.address.to(group=id_)) for id_, name in alike)
            self._problem("group", gettext("No group is called “%(name)s”.", name=text), instead)
            return None, text
        self._chosen("group", gettext("Group is %(group)s", group=found.display_name))
        if text != found.id:
            return found.seq, text
        namesake = filter_choices.find_group(self.scope, found.display_name)
        return found.seq, found.display_name if namesake.seq == found.seq else found.id

    def _conditions(self):
        texts = self.address.state.get("f", [])
        first = texts[: user_filters.MAXIMUM_CONDITIONS]
        if len(texts) > len(first):
            words = gettext("At most %(num)s conditions at once.", num=user_filters.MAXIMUM_CONDITIONS)
            self.problems.append(Problem(words, self.address.to(f=first)))
        found = []
        for text in first:
            without = self.address.to(f=[other for other in texts if other != text])
            try:
                wanted = user_conditions.parse(self.known, text)
                user_filters.check_people(self.scope, wanted)
            except InvalidValue as error:
                self.problems.append(Problem(user_conditions.complaint(self.known, error), without))
            else:
                found.append(wanted)
                self.filters.append(Filter(user_conditions.words(wanted), without))
        return found

    def _columns(self):
        asked, chosen = self.address.state.get("col"), self.preferences.columns
        if asked or chosen is None:
            chosen = asked or list_attributes.usual_columns(self.known)
        for key in asked or ():
            if key not in self.known and key != list_attributes.NAME.key:
                left = [other for other in asked if other != key] or [list_attributes.NAME.key]
                words = gettext("There is no column “%(key)s” here; the field may have been archived.", key=key[:80])
                self.problems.append(Problem(words, self.address.to(col=left), narrows=False))
        return [attribute for key, attribute in self.known.items() if key in chosen]

    def _chosen(self, name, words):
        self.filters.append(Filter(words, self.address.to(**{name: None})))

    def _problem(self, name, words, instead=()):
        self.problems.append(Problem(words, self.address.to(**{name: None}), instead, part=name))
