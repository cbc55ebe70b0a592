"""User management: the tiles, filters, columns and rows of the people list. A constant number of statements."""

from dataclasses import dataclass

from ...directory import custom_fields, field_types, list_attributes, search, standings
from ...directory.roles import Role, may_manage
from .directories import DirectoryNames
from .listing import PER_PAGE, Filter, Heading, ListAddress, Walk, heading, read_number, read_sort
from .states import state_words

STATES = {"active": "active people", "invited": "invited people", "inactive": "inactive people"}
_LARGEST_WORDS = ("oldest first", "newest first")


@dataclass(frozen=True, slots=True)
class Tile:
    label: str
    count: int
    note: str
    href: str
    is_current: bool
    dot: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One person in the list. ``may_change`` says whether the viewer may act on this person at all."""

    user: object
    state: object
    role: str
    directory: str | None
    groups: list
    custom: list  # (field, value as people read it)
    may_invite: bool
    invite_words: str
    may_deactivate: bool
    may_activate: bool


@dataclass(frozen=True, slots=True)
class PeopleList:
    address: ListAddress
    search: object
    tiles: list
    filters: list
    sources: list
    headings: list
    rows: list
    walk: Walk
    total: int
    people: int  # in the whole account
    found_without: int  # that the words typed would find without the filters

    @property
    def is_filtered(self):
        return bool(self.filters or self.search.q)

    @property
    def nothing_found(self):
        """The sentence for an empty result, such as “No inactive people match “okafor” and these filters”."""
        subject = STATES.get(self.search.state, "people")
        beside = len(self.filters) - bool(self.search.state)
        parts = [f"“{self.search.q}”"] if self.search.q else []
        parts += ["these filters"] if beside else []
        return f"No {subject} match {' and '.join(parts)}" if parts else f"There are no {subject}"


def read_search(scope, args):
    """The state of the list from a query string; what it does not know is left aside."""
    known = list_attributes.attributes(scope) | {"name": list_attributes.NAME}
    sort, descending = read_sort(args.get("sort", ""), known)
    state, role = args.get("state", ""), args.get("role", "")
    return search.UserSearch(
        q=args.get("q", "").strip()[:200],
        state=state if state in STATES else None,
        role=role if role in list(Role) else None,
        connection=args.get("source") or None,
        sort=known[sort],
        descending=descending,
        page=read_number(args.get("page", ""), 1),
        per_page=read_number(args.get("per", ""), PER_PAGE[0], PER_PAGE),
    )


def address_of(wanted):
    """The address of a search, see ``ListAddress``."""
    sort = f"{'-' if wanted.descending else ''}{wanted.sort.key}"
    state = {
        "state": wanted.state,
        "q": wanted.q,
        "role": wanted.role,
        "source": wanted.connection,
        "sort": None if sort == "name" else sort,
        "per": None if wanted.per_page == PER_PAGE[0] else wanted.per_page,
        "page": None if wanted.page == 1 else wanted.page,
    }
    return ListAddress("web.users", state)


def people_list(scope, args):
    """The whole page for a query string."""
    wanted = read_search(scope, args)
    address = address_of(wanted)
    names = DirectoryNames(scope)
    page = search.find_users(scope, wanted)
    counts = search.count_states(scope, wanted)
    everybody = search.count_states(scope)
    columns = [field for field in custom_fields.list_fields(scope) if field.show_in_list]
    invitations = standings.standings(scope, [row.user.seq for row in page.items])
    connections = search.connections(scope)
    filters = _filters(wanted, address, names)
    narrowed = not page.total and (filters or wanted.q)
    without = search.count_states(scope, search.UserSearch(q=wanted.q)) if narrowed else everybody
    return PeopleList(
        address=address,
        search=wanted,
        tiles=_tiles(wanted, address, counts, search.count_invite_trouble(scope, wanted)),
        filters=filters,
        sources=[(name, names(name)) for name in connections] + [(search.BY_HAND, "By hand")],
        headings=_headings(address, wanted, columns),
        rows=[_row(scope, row, invitations.get(row.user.seq), columns, names) for row in page.items],
        walk=Walk.of(page, address),
        total=page.total,
        people=everybody.people,
        found_without=without.people,
    )


def _tiles(wanted, address, counts, trouble):
    expired, failed = trouble
    notes = [f"{expired:,} expired"] if expired else []
    notes += [f"{failed:,} not delivered"] if failed else []
    tiles = (
        (None, "All people", counts.people, "Everyone in this account", ""),
        ("active", "Active", counts.active, "Can sign in", "ok"),
        ("invited", "Open invites", counts.invited, ", ".join(notes) or "Not accepted yet", "warn"),
        ("inactive", "Inactive", counts.inactive, "Cannot sign in, data kept", ""),
    )
    return [
        Tile(label, count, note, address.to(state=state), wanted.state == state, dot)
        for state, label, count, note, dot in tiles
    ]


def _filters(wanted, address, names):
    chosen = []
    if wanted.state:
        words = {"active": "Active", "invited": "Open invites", "inactive": "Inactive"}
        chosen.append(Filter(words[wanted.state], address.to(state=None)))
    if wanted.role:
        chosen.append(Filter(f"Role is {Role(wanted.role).label}", address.to(role=None)))
    if wanted.connection:
        name = "By hand" if wanted.connection == search.BY_HAND else names(wanted.connection)
        chosen.append(Filter(f"Source is {name}", address.to(source=None)))
    return chosen


def _headings(address, wanted, columns):
    def sortable(label, key, **more):
        return heading(address, label, key, wanted.sort.key, wanted.descending, **more)

    return [
        sortable("Name", "name"),
        sortable("State", "state"),
        sortable("Role", "role"),
        Heading("Source"),
        Heading("Groups"),
        *(Heading(field.label) for field in columns),
        sortable("Last sign-in", "last_sign_in", words=_LARGEST_WORDS),
    ]


def sort_choices(wanted):
    """What the list can be sorted by: (value of the select, label, whether it is the present order)."""
    choices = (
        ("name", "Name, A to Z"),
        ("-name", "Name, Z to A"),
        ("email", "E-mail, A to Z"),
        ("-email", "E-mail, Z to A"),
        ("-created", "Newest first"),
        ("created", "Oldest first"),
        ("-last_sign_in", "Last sign-in, newest first"),
    )
    present = f"{'-' if wanted.descending else ''}{wanted.sort.key}"
    if present not in dict(choices):  # chosen at the head of a column
        choices += ((present, f"{wanted.sort.key.replace('_', '-').capitalize()} column"),)
    return [(key, label, key == present) for key, label in choices]


def _row(scope, row, standing, columns, names):
    user = row.user
    may_change = may_manage(scope.actor.role, user.role)
    stoppable = may_change and user.role != Role.OWNER and user.id != scope.actor.id
    return Row(
        user=user,
        state=state_words(user, standing),
        role=Role(user.role).label,
        directory=names(user.connection_id),
        groups=row.groups,
        custom=[(field, field_types.display(field, row.custom.get(field.field_id))) for field in columns],
        may_invite=may_change and user.state == "invited" and bool(user.email),
        invite_words="Send invitation again" if standing else "Send invitation",
        may_deactivate=stoppable and user.active,
        may_activate=may_change and not user.active,
    )
