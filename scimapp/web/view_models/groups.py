"""The list of groups, with the built-in one first."""

from flask_babel import lazy_gettext
from msgspec import Struct

from ...directory.groups import group_search
from ...directory.user_list import search
from .connection.directories import DirectoryNames
from .listing import PER_PAGE, Filter, Heading, ListAddress, Pager, heading, read_number, read_sort

ATTENTION = {
    "skipped": lazy_gettext("With skipped members"),
    "empty": lazy_gettext("Empty"),
    "conflict": lazy_gettext("Name conflict"),
}


class GroupRow(Struct, frozen=True):
    """``is_namesake``: another group on this page has the same name; source and time tell them apart."""

    group: object
    directory: str | None
    is_namesake: bool
    inner_groups: int
    role: object  # the Role that the group gives, or None


class GroupList(Struct, frozen=True):
    """``everyone`` counts the members of the built-in group, None where the group is not shown."""

    address: ListAddress
    search: object
    headings: list
    rows: list
    pager: Pager
    total: int
    everyone: int | None
    sources: list
    filters: list

    @property
    def is_filtered(self):
        return bool(self.filters or self.search.q)


def group_list(scope, args):
    """The whole list for a query string. Eight statements."""
    wanted = _read(args)
    address = _address(wanted)
    names = DirectoryNames(scope)
    page = group_search.find_groups(scope, wanted)
    about = group_search.about(scope, page.items)
    keys = [group.display_name_key for group in page.items]
    rows = [
        GroupRow(
            group,
            names(group.connection_id),
            keys.count(group.display_name_key) > 1,
            about.group_counts.get(group.seq, 0),
            about.roles.get(group.seq),
        )
        for group in page.items
    ]
    connections = group_search.connections(scope)
    filters = _filters(wanted, address, names)
    is_whole = not wanted.q and not filters
    return GroupList(
        address=address,
        search=wanted,
        headings=_headings(address, wanted),
        rows=rows,
        pager=Pager.of(page, address, ahead=1 if is_whole else 0),  # room for the built-in group
        total=page.total,
        everyone=_everyone(scope) if is_whole and page.page == 1 else None,
        sources=[(connection, names(connection)) for connection in connections],
        filters=filters,
    )


def _everyone(scope):
    counts = search.count_states(scope)
    return counts.active + counts.invited


def _read(args):
    sort, descending = read_sort(args.get("sort", ""), group_search.GROUP_SORTS)
    attention = args.get("attention")
    return group_search.GroupSearch(
        q=args.get("q", "").strip()[:200],
        connection=args.get("source") or None,
        attention=attention if attention in group_search.ATTENTION else None,
        sort=sort,
        descending=descending,
        page=read_number(args.get("page", ""), 1),
        per_page=read_number(args.get("per", ""), PER_PAGE[0], PER_PAGE),
    )


def _address(wanted):
    sort = f"{'-' if wanted.descending else ''}{wanted.sort}"
    state = {
        "q": wanted.q,
        "source": wanted.connection,
        "attention": wanted.attention,
        "sort": None if sort == "name" else sort,
        "per": None if wanted.per_page == PER_PAGE[0] else wanted.per_page,
        "page": None if wanted.page == 1 else wanted.page,
    }
    return ListAddress("web.groups", state)


def _filters(wanted, address, names):
    chosen = []
    if wanted.connection:
        is_by_hand = wanted.connection == search.BY_HAND
        name = lazy_gettext("Made here") if is_by_hand else names(wanted.connection)
        chosen.append(Filter(name, address.to(source=None)))
    if wanted.attention:
        chosen.append(Filter(ATTENTION[wanted.attention], address.to(attention=None)))
    return chosen


def _headings(address, wanted):
    def sortable(label, key, **more):
        return heading(address, label, key, wanted.sort, wanted.descending, **more)

    newest = (lazy_gettext("oldest first"), lazy_gettext("newest first"))
    fewest = (lazy_gettext("fewest first"), lazy_gettext("most first"))
    return [
        sortable(lazy_gettext("Name"), "name"),
        sortable(lazy_gettext("Source"), "source"),
        sortable(lazy_gettext("Members"), "members", words=fewest, is_number=True),
        Heading(lazy_gettext("Skipped at last push")),
        sortable(lazy_gettext("Last push"), "pushed", words=newest),
        Heading(lazy_gettext("Gives role")),
        sortable(lazy_gettext("Created"), "created", words=newest),
    ]
