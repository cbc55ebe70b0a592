"""Groups: the list, and the page of one with what a push left out, who is in, and how the last push went."""

from dataclasses import dataclass

from ...directory import groups, search, standings
from .directories import DirectoryNames
from .listing import PER_PAGE, Heading, ListAddress, Walk, heading, read_number, read_sort
from .states import state_words


@dataclass(frozen=True, slots=True)
class GroupRow:
    """``is_namesake``: another group on this page has the same name, so source and time must tell them apart."""

    group: object
    directory: str | None
    is_namesake: bool


@dataclass(frozen=True, slots=True)
class GroupList:
    address: ListAddress
    search: object
    headings: list
    rows: list
    walk: Walk
    total: int


@dataclass(frozen=True, slots=True)
class SkippedLine:
    """A member value that nobody answers to; ``person`` is who it was, or is, where known."""

    value: str
    what_we_know: str
    at: object = None
    person: object = None


@dataclass(frozen=True, slots=True)
class MemberRow:
    user: object
    state: object
    since: object
    added_by: str


@dataclass(frozen=True, slots=True)
class GroupPage:
    group: object
    directory: str | None
    address: ListAddress
    q: str
    skipped: list
    members: list
    walk: Walk

    @property
    def skipped_heading(self):
        """The result as a sentence; a count over several pushes has no total to compare with."""
        count, group = len(self.skipped), self.group
        if count == group.last_push_skipped:
            were = "was" if count == 1 else "were"
            return f"{count:,} of {group.last_push_sent:,} pushed members {were} skipped"
        return f"{count:,} pushed {'member is' if count == 1 else 'members are'} missing"


def group_list(scope, args):
    """The whole list for a query string."""
    sort, descending = read_sort(args.get("sort", ""), search.GROUP_SORTS)
    wanted = search.GroupSearch(
        q=args.get("q", "").strip()[:200],
        sort=sort,
        descending=descending,
        page=read_number(args.get("page", ""), 1),
        per_page=read_number(args.get("per", ""), PER_PAGE[0], PER_PAGE),
    )
    address = _address("web.groups", wanted)
    page = search.find_groups(scope, wanted)
    names = DirectoryNames(scope)
    keys = [group.display_name_key for group in page.items]
    rows = [GroupRow(group, names(group.connection_id), keys.count(group.display_name_key) > 1) for group in page.items]
    return GroupList(address, wanted, _headings(address, wanted), rows, Walk.of(page, address), page.total)


def group_page(scope, group_id, args):
    """One group, with the page of its members that a query string asks for. Raises NotInAccount."""
    group = groups.get(scope, group_id)
    names = DirectoryNames(scope)
    q = args.get("q", "").strip()[:200]
    per_page = read_number(args.get("per", ""), PER_PAGE[0], PER_PAGE)
    page = search.find_members(scope, group, q, read_number(args.get("page", ""), 1), per_page)
    state = {
        "q": q,
        "per": None if per_page == PER_PAGE[0] else per_page,
        "page": None if page.page == 1 else page.page,
    }
    address = ListAddress("web.group", state, group_id=group.id)
    return GroupPage(
        group=group,
        directory=names(group.connection_id),
        address=address,
        q=q,
        skipped=_skipped(scope, group),
        members=_members(scope, group, page.items),
        walk=Walk.of(page, address),
    )


def _address(endpoint, wanted):
    sort = f"{'-' if wanted.descending else ''}{wanted.sort}"
    state = {
        "q": wanted.q,
        "sort": None if sort == "name" else sort,
        "per": None if wanted.per_page == PER_PAGE[0] else wanted.per_page,
        "page": None if wanted.page == 1 else wanted.page,
    }
    return ListAddress(endpoint, state)


def _headings(address, wanted):
    def sortable(label, key, **more):
        return heading(address, label, key, wanted.sort, wanted.descending, **more)

    return [
        sortable("Name", "name"),
        sortable("Source", "source"),
        sortable("Members", "members", words=("fewest first", "most first"), is_number=True),
        Heading("Skipped at last push"),
        sortable("Last push", "pushed", words=("oldest first", "newest first")),
        sortable("Created", "created", words=("oldest first", "newest first")),
    ]


def _members(scope, group, people):
    invitations = standings.standings(scope, [person.seq for person in people])
    memberships = groups.memberships_of(scope, group, people)
    return [
        MemberRow(
            person,
            state_words(person, invitations.get(person.seq)),
            memberships[person.seq].added_at,
            memberships[person.seq].added_by,
        )
        for person in people
    ]


def _skipped(scope, group):
    skipped = groups.skipped_members(scope, group)
    known = groups.people_behind(scope, [entry.value for entry in skipped])
    return [_skipped_line(entry.value, known.get(entry.value)) for entry in skipped]


def _skipped_line(value, person):
    if person is None:
        return SkippedLine(value, "Never seen here")
    if person.removed_at is not None:
        return SkippedLine(value, f"Removed by {person.removed_by}", person.removed_at, person)
    return SkippedLine(value, "Here now under another ID", person.updated_at, person)
