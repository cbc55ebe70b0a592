"""Groups as SCIM resources. A change of members alone does not read the list of members."""

import orjson
from msgspec import Struct
from msgspec.structs import replace

from ...directory.changes import GroupChanges
from ...directory.client_reads import members_of_groups, reading
from ...directory.groups import groups
from ...scim.patch import apply_patch
from ...scim.patch.membership import membership_changes
from ...scim.projection import EVERYTHING
from ...scim.resource_type import ResourceType
from ...scim.version import check
from ..changes import group_changes, group_draft, member_ids, replaced_group, storable_ids
from ..representation import cut
from ..rules import BY_THE_STANDARD
from .group_places import group_places
from .group_representation import group_document, members_form
from .patched_members import patched

_MEMBER_NAMES = (None, "members", "display")  # the path as a projection spells it


class GroupType(Struct, frozen=True):
    """The resource type Group."""

    description: ResourceType
    noun = "groups"

    def places_at(self, addresses):
        """The Places of groups; their addresses can be searched like any text."""
        return group_places(addresses)

    def get(self, scope, resource_id):
        """The stored row behind an id. Raises NotInAccount."""
        return reading.group(scope, resource_id)

    def one(self, scope, resource_id, addresses, projection):
        """The Document of an id; members that are not remembered take one more statement. Raises NotInAccount."""
        row = reading.group(scope, resource_id, with_members=self.has_more(projection))
        return self._documents(scope, [row], addresses, projection)[0]

    def written(self, scope, row, addresses, projection):
        """The Document of a row that ``create``, ``replace`` or ``patch`` returned."""
        members = None
        if self.has_more(projection):
            members = members_of_groups.of_written(scope, row, self._form(scope, addresses, projection))
        return self._document(scope, row, members, addresses, projection)

    def texts(self, scope, rows, addresses, projection):
        """The rows of a page as JSON in bytes; members that are not remembered take one more statement."""
        return [document.whole for document in self._documents(scope, rows, addresses, projection)]

    @staticmethod
    def has_more(projection):
        """Whether the rows of a page are read with what their members need."""
        return projection.wants("members")

    def _documents(self, scope, rows, addresses, projection):
        members = {}
        if self.has_more(projection):
            members = members_of_groups.of(scope, rows, self._form(scope, addresses, projection))
        return [self._document(scope, row, members.get(row.seq), addresses, projection) for row in rows]

    @staticmethod
    def _document(scope, row, members, addresses, projection=EVERYTHING):
        connection_id, further = scope.actor.connection_id, projection.beyond("members")
        document = group_document(row, members, addresses=addresses, connection_id=connection_id)
        return replace(document, text=cut(document.whole, further), members=None) if further else document

    @staticmethod
    def _form(scope, addresses, projection):
        shows_names = scope.actor.provider not in BY_THE_STANDARD or _MEMBER_NAMES in (projection.included or ())
        return members_form(addresses, shows_names)

    def page(self, scope, conditions, order, offset, limit, has_more=True):
        """The rows of a page."""
        return reading.groups(scope, conditions, order, offset, limit, has_more)

    def count(self, scope, conditions=()):
        """How many groups meet the conditions."""
        return reading.count_groups(scope, conditions)

    def everything(self, scope, offset, limit, addresses, projection):
        """``(texts, total)`` of the whole list."""
        rows, total = reading.all_groups(scope, offset, limit, self.has_more(projection))
        return self.texts(scope, rows, addresses, projection) if rows else [], total

    def everything_after(self, scope, seq, limit, projection):
        """The rows of the whole list after the one with this number."""
        return reading.groups_after(scope, seq, limit, self.has_more(projection))

    page_statement = staticmethod(reading.groups_statement)
    few_statement = in_lists = None  # one statement reads a page of groups anyway
    count_statement = staticmethod(reading.groups_count_statement)

    def create(self, scope, validated):
        """Create a group and return the row."""
        return groups.create(scope, group_draft(validated.representation))

    def replace(self, scope, resource_id, validated, addresses, rules, precondition):
        """PUT: name and members as in the body; see ``docs/scim.md`` for a body without members. Returns the new row.

        Raises NotInAccount, PreconditionFailed.
        """
        with groups.changing(scope, resource_id, may_rename=True) as (work, row):
            check(precondition, row.version)
            before = self._representation(scope, row, addresses)
            groups.apply_changes(work, row, replaced_group(before, validated, strict=rules.dialect.is_strict))
        return row

    def patch(self, scope, resource_id, operations, addresses, rules, precondition):
        """PATCH: only the members that operations name if possible, else the whole list. Returns the new row.

        Raises NotInAccount, PreconditionFailed.
        """
        members = membership_changes(operations, rules.dialect, rules.warnings)
        may_rename = members is None or bool(members.others)
        come, gone = ((), ()) if members is None else map(storable_ids, (members.add, members.remove))
        with groups.changing(scope, resource_id, may_rename=may_rename, add=come, remove=gone) as (work, row):
            check(precondition, row.version)
            if members is None:
                changes = self._patched_whole(scope, row, operations, addresses, rules)
            else:
                changes = self._patched(scope, row, members, addresses, rules)
                if members.replace is None:
                    changes |= {"add_ids": come, "remove_ids": gone}
            groups.apply_changes(work, row, GroupChanges(**changes))
        return row

    def remove(self, scope, resource_id, version):
        groups.remove(scope, resource_id, version=version)

    def _patched(self, scope, row, members, addresses, rules):
        """``{name: value}`` of the GroupChanges for a complete new list and for what is no member."""
        changes = {}
        if members.others:
            before = self._representation(scope, row, addresses)
            changes = group_changes(
                before, apply_patch(members.others, before, self.description, rules.dialect, rules.warnings, rules.work)
            )
        if members.replace is not None:
            changes["member_ids"] = storable_ids(members.replace)
        return changes

    def _patched_whole(self, scope, row, operations, addresses, rules):
        """The same for operations that need the stored list of members. Raises TooMany before reading it."""
        rules.work.look_at(row.member_count)
        members = members_of_groups.of_written(scope, row, members_form(addresses, True))
        before = orjson.loads(self._document(scope, row, members, addresses).whole)
        after = patched(scope, operations, before, addresses, self.description, rules)
        were, are = (dict.fromkeys(member_ids(each.get("members"))) for each in (before, after))
        return group_changes(before, after) | {
            "add_ids": tuple(value for value in are if value not in were),
            "remove_ids": tuple(value for value in were if value not in are),
        }

    def _representation(self, scope, row, addresses):
        return orjson.loads(self._document(scope, row, None, addresses).text)
