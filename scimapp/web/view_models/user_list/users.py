"""User management: the tiles, filters, columns and rows of the people list. A constant number of statements."""

from functools import lru_cache

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from msgspec import Struct

from ....directory.accounts import seats
from ....directory.links import sent_invitations
from ....directory.people import permitted
from ....directory.user_list import filter_choices, list_attributes, search
from ....languages import language, spoken
from ...template_helpers import number
from ..connection.directories import DirectoryNames
from ..listing import A_TO_Z, Heading, Pager, heading
from ..namesakes import told_apart
from ..states import STATES
from ..tiles import Tile
from . import user_search
from .user_cells import Cells
from .user_search import source_words

_SORT_WORDS = {
    list_attributes.NUMBER: (_l("lowest first"), _l("highest first")),
    list_attributes.DAY: (_l("oldest first"), _l("newest first")),
    list_attributes.MOMENT: (_l("oldest first"), _l("newest first")),
    list_attributes.BOOLEAN: (_l("No first"), _l("Yes first")),
}
# The texts of an empty list, by state: with words typed, with filters, with both, with neither.
_NOBODY = {
    None: (
        _l("No people match “%(q)s”"), _l("No people match these filters"),
        _l("No people match “%(q)s” and these filters"), _l("There are no people"),
    ),
    "active": (
        _l("No active people match “%(q)s”"), _l("No active people match these filters"),
        _l("No active people match “%(q)s” and these filters"), _l("There are no active people"),
    ),
    "invited": (
        _l("No invited people match “%(q)s”"), _l("No invited people match these filters"),
        _l("No invited people match “%(q)s” and these filters"), _l("There are no open invites"),
    ),
    "inactive": (
        _l("No inactive people match “%(q)s”"), _l("No inactive people match these filters"),
        _l("No inactive people match “%(q)s” and these filters"), _l("There are no inactive people"),
    ),
}  # fmt: skip


class Row(Struct, frozen=True):
    """One person in the list. ``may_…`` says what the viewer may do with them."""

    user: object
    cells: list
    select_words: str
    menu_words: str
    may_invite: bool
    invite_words: str
    may_deactivate: bool
    may_activate: bool


class Choice(Struct, frozen=True):
    """One column or order to choose from."""

    value: str
    label: str
    is_chosen: bool


class PeopleList(Struct, frozen=True):
    """A page of the list: ``rows`` of Row, of the ``total`` people that were found, and what its menus offer.

    ``sources`` are ``(name, words)``; ``columns`` and ``orders`` are Choices, with the present ones marked.
    """

    asked: user_search.Asked
    tiles: list
    sources: list
    headings: list
    rows: list
    pager: Pager
    total: int
    people: int  # in the whole account
    found_without: int  # that the typed words would find without the filters
    seats: seats.Usage
    columns: list
    orders: list

    @property
    def address(self):
        return self.asked.address

    @property
    def search(self):
        return self.asked.search

    @property
    def filters(self):
        return self.asked.filters

    @property
    def problems(self):
        return self.asked.problems

    @property
    def is_refused(self):
        """Whether the address asks for something that cannot be answered, so that no list is shown."""
        return any(problem.narrows for problem in self.problems)

    @property
    def bad_parts(self):
        """The parts of the address that cannot be answered, to mark their inputs."""
        return {problem.part for problem in self.problems}

    @property
    def is_filtered(self):
        return bool(self.filters or self.problems or self.search.q)

    @property
    def cleared(self):
        """The address without filters, with the typed words."""
        return self.address.to(state=None, role=None, source=None, group=None, f=None)

    @property
    def everybody(self):
        """The address without filters and words."""
        return self.address.to(state=None, role=None, source=None, group=None, f=None, q=None)

    @property
    def nothing_found(self):
        """The sentence for an empty result, such as “No inactive people match “okafor” and these filters”."""
        q, beside = self.search.q, len(self.filters) - bool(self.search.state)
        by_words, by_filters, by_both, neither = _NOBODY[self.search.state]
        sentence = (by_both if beside else by_words) if q else (by_filters if beside else neither)
        return str(sentence) % {"q": q} if q else str(sentence)

    @property
    def count_words(self):
        """How many people were found, read out after a search."""
        if not self.total:
            return self.nothing_found
        return ngettext("%(count)s person found", "%(count)s people found", self.total, count=number(self.total))


def people_list(scope, args):
    """The whole page for a query string (a MultiDict)."""
    asked = user_search.read(scope, args)
    wanted, names = asked.search, DirectoryNames(scope)
    page, counts, *in_vain = search.find_and_count(scope, wanted)
    everybody = search.count_states(scope) if wanted.is_narrowed else counts
    invitations = sent_invitations.newest(scope, [row.user.seq for row in page.items])
    connections = filter_choices.connections(scope)
    cells = Cells(scope, asked.columns, page.items, names)
    without = everybody
    if not page.total and wanted.q and asked.filters:
        without = search.count_states(scope, search.UserSearch(q=wanted.q))
    return PeopleList(
        asked=asked,
        tiles=_tiles(asked, counts, *in_vain),
        sources=[(name, source_words(names, name)) for name in (*connections, search.BY_HAND, search.FROM_FILE)],
        headings=_headings(asked),
        rows=_rows(scope, page.items, invitations, cells),
        pager=Pager.of(page, asked.address),
        total=page.total,
        people=everybody.people,
        found_without=without.people,
        seats=seats.usage(scope),
        columns=_columns(asked),
        orders=_orders(asked),
    )


def _tiles(asked, counts, expired, bounced):
    notes = [_("%(count)s expired", count=number(expired))] if expired else []
    notes += [_("%(count)s bounced", count=number(bounced))] if bounced else []
    everybody = _("Everyone who matches") if asked.search.is_narrowed else _("Everyone in this account")
    tiles = (
        (None, _("All people"), counts.people, everybody, ""),
        ("active", str(STATES["active"]), counts.active, _("Can sign in"), "ok"),
        ("invited", str(STATES["invited"]), counts.invited, ", ".join(notes) or _("Not accepted yet"), "warn"),
        ("inactive", str(STATES["inactive"]), counts.inactive, _("Cannot sign in, data kept"), ""),
    )
    return [
        Tile(label, count, asked.address.to(state=state), asked.search.state == state, dot, note)
        for state, label, count, note, dot in tiles
    ]


def _headings(asked):
    wanted = asked.search

    def of(attribute):
        label = spoken(attribute.label)
        is_number = attribute.kind == list_attributes.NUMBER
        if not attribute.is_sortable:
            return Heading(label, is_number=is_number)
        words = tuple(str(word) for word in _SORT_WORDS.get(attribute.kind, A_TO_Z))
        return heading(
            asked.address, label, attribute.key, wanted.sort.key, wanted.descending, words=words, is_number=is_number
        )

    return [of(attribute) for attribute in (list_attributes.NAME, *asked.columns)]


def _columns(asked):
    """The columns to choose from: ours in order, then the account's custom fields."""
    shown = {attribute.key for attribute in asked.columns}
    return [Choice(key, spoken(attribute.label), key in shown) for key, attribute in asked.known.items()]


def _orders(asked):
    """The orders to choose from, each in both directions."""
    present = f"{'-' if asked.search.descending else ''}{asked.search.sort.key}"
    choices = []
    for attribute in (list_attributes.NAME, *asked.known.values()):
        if attribute.is_sortable:
            template = getattr(attribute.label, "template", None)
            labels = _order_labels(attribute.label, template, attribute.kind, language())
            for value, label in zip((attribute.key, f"-{attribute.key}"), labels, strict=True):
                choices.append(Choice(value, label, value == present))
    return choices


@lru_cache(maxsize=4_096)
def _order_labels(label, template, kind, code):
    """Both orders of a column in words. ``template``: whether its label is ours to translate; ``code``: the language in use."""
    words = _SORT_WORDS.get(kind, A_TO_Z)
    return [_("%(column)s, %(direction)s", column=spoken(label), direction=str(direction)) for direction in words]


def _rows(scope, found, invitations, cells):
    # Translate words that every row shows once.
    select, menu = _("Select %(name)s", name="%s"), _("Actions for %(name)s", name="%s")
    again, first = _("Send invitation again"), _("Send invitation")
    rows = []
    for row, name in zip(found, told_apart([row.user for row in found]), strict=True):
        user, sent = row.user, invitations.get(row.user.seq)
        rows.append(
            Row(
                user=user,
                cells=cells.of(row, sent),
                select_words=select.replace("%s", name),
                menu_words=menu.replace("%s", name),
                may_invite=permitted.may_invite(scope, user),
                invite_words=again if sent else first,
                may_deactivate=permitted.may_deactivate(scope, user),
                may_activate=permitted.may_activate(scope, user),
            )
        )
    return rows
