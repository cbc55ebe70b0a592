"""People as SCIM resources: reading, creating, replacing and patching them through the directory."""

from dataclasses import dataclass

import orjson

from ..directory import everybody, reading, users
from ..directory.groups_of_people import groups_of_people, told
from ..scim import urns
from ..scim.patch import apply_patch
from ..scim.resource_type import ResourceType
from ..scim.version import check
from .binding import BY_THE_STANDARD
from .changes import replaced_user, user_changes, user_draft
from .extension import Extension
from .representation import manager_in, projected, user_document
from .user_places import user_places

_MANAGER_NAME = (urns.ENTERPRISE_USER, "manager", "displayName")  # as a projection spells it


@dataclass(frozen=True, slots=True)
class UserType:
    """The resource type User of one account."""

    description: ResourceType
    extension: Extension
    noun = "people"

    def places_at(self, addresses):
        """The Places of people, whose addresses are texts like any other."""
        return user_places(addresses, self.extension.urn, self.extension.hidden)

    def get(self, scope, resource_id):
        """The stored row behind a SCIM id. Raises NotInAccount."""
        return reading.person(scope, resource_id)

    def one(self, scope, resource_id, addresses, projection):
        """The Document behind an id, in one statement but for the manager. Raises NotInAccount."""
        if not projection.wants("groups"):
            return self.documents(scope, [self.get(scope, resource_id)], addresses, projection)[0]
        row, groups = reading.person_with_groups(scope, resource_id)
        managers = self._managers(scope, [row], projection) if projection.wants(urns.ENTERPRISE_USER) else {}
        return projected(self._document(scope, row, groups, managers, addresses), projection)

    def documents(self, scope, rows, addresses, projection):
        """Rows as they are sent; a statement for the groups of all of them and one for their managers, where wanted."""
        groups = self._groups(scope, rows) if projection.wants("groups") else {}
        managers = self._managers(scope, rows, projection) if projection.wants(urns.ENTERPRISE_USER) else {}
        return [
            projected(self._document(scope, row, groups.get(row.seq), managers, addresses), projection) for row in rows
        ]

    def page(self, scope, conditions, order, offset, limit):
        """The rows of a page."""
        return reading.people(scope, conditions, order, offset, limit)

    def count(self, scope, conditions=()):
        """How many there are that meet the conditions."""
        return reading.count_people(scope, conditions)

    def everything(self, scope, offset, limit):
        """``(rows, total)`` of the whole list."""
        return everybody.page(scope, offset, limit)

    paged = staticmethod(reading.people_statement)
    counted = staticmethod(reading.people_count_statement)

    def create(self, scope, validated):
        """Create a person and return the row."""
        return users.provision(scope, user_draft(validated.representation, self.extension.urn))

    def replace(self, scope, resource_id, validated, addresses, rules, if_match):
        """PUT: what differs from the body changes; see ``docs/scim.md`` for what the body need not mention.

        Returns the row as it is then. Raises NotInAccount, PreconditionFailed.
        """
        with users.changing(scope, resource_id) as (work, row):
            check(if_match, row.version)
            before = self._representation(scope, row, addresses)
            after = replaced_user(
                before,
                validated,
                self.extension.urn,
                strict=rules.is_strict,
                put_clears_extension=rules.put_clears_extension,
            )
            users.lay_over(work, row, self._changes(before, after, rules))
        return row

    def patch(self, scope, resource_id, operations, addresses, rules, if_match):
        """PATCH: the operations on what is there; what differs afterwards changes. Returns the row as it is then.

        Raises NotInAccount, PreconditionFailed.
        """
        with users.changing(scope, resource_id) as (work, row):
            check(if_match, row.version)
            before = self._touched(scope, row, operations, addresses)
            after = apply_patch(operations, before, self.description, rules.dialect, rules.warnings)
            users.lay_over(work, row, self._changes(before, after, rules))
        return row

    def remove(self, scope, resource_id, version):
        users.remove(scope, resource_id, version=version)

    def _changes(self, before, after, rules):
        return user_changes(before, after, self.extension.urn, strict=rules.is_strict, unassigns=rules.unassigns_active)

    @staticmethod
    def _groups(scope, rows):
        """``{seq: groups}``; of somebody who was locked to be written they were read then."""
        if len(rows) == 1 and getattr(rows[0], "own_groups", None) is not None:
            return {rows[0].seq: told(scope, rows[0].seq, rows[0].own_groups)}
        return groups_of_people(scope, [row.seq for row in rows])

    def _touched(self, scope, row, operations, addresses):
        """The representation, or as much of it as the commonest PATCH of all is about: ``active`` alone."""
        for operation in operations:
            attribute = operation.path.attribute
            if operation.path.container or attribute is None or attribute.name != "active":
                return self._representation(scope, row, addresses)
        return {} if row.active_unassigned else {"active": row.active}

    def _representation(self, scope, row, addresses):
        return orjson.loads(self._document(scope, row, None, (), addresses).text)

    def _managers(self, scope, rows, projection):
        """``{id: name}`` of the managers who are here; None for names where the client takes what it sent and no more."""
        managers = reading.names_of_people(scope, {manager_in(row) for row in rows} - {None})
        if scope.actor.provider in BY_THE_STANDARD and _MANAGER_NAME not in (projection.included or ()):
            return dict.fromkeys(managers)
        return managers

    def _document(self, scope, row, groups, managers, addresses):
        return user_document(
            row,
            groups,
            addresses=addresses,
            extension=self.extension,
            connection_id=scope.actor.connection_id,
            managers=managers,
        )
