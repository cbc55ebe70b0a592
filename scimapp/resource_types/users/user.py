"""People as SCIM resources: reads, creates, replaces and patches them through the directory."""

from functools import partial

from msgspec import Struct

from ...directory.client_reads import everybody, groups_of_people, people_in_lists, reading, same_page
from ...directory.people import users
from ...directory.people.profile import Profile
from ...scim import urns
from ...scim.patch import apply_patch
from ...scim.projection import EVERYTHING
from ...scim.resource_type import ResourceType
from ...scim.version import check, etag
from ..changes import replaced_user, user_changes, user_draft
from ..extension import Extension
from ..kept_pages import pages
from ..representation import Document
from ..rules import BY_THE_STANDARD
from .shown_managers import ShownManagers, managers_in
from .user_places import user_places
from .user_representation import group_forms, people_writer, person_before

_MANAGER = '"manager":'
_MANAGER_NAME = (urns.ENTERPRISE_USER, "manager", "displayName")  # the path as a projection spells it


class UserType(Struct, frozen=True):
    """The resource type User of one account."""

    description: ResourceType
    extension: Extension
    noun = "people"

    def places_at(self, addresses):
        """The Places of people; their addresses can be searched like any text."""
        return user_places(addresses, self.extension.urn, self.extension.hidden)

    def get(self, scope, resource_id):
        """The stored row behind a SCIM id. Raises NotInAccount."""
        return reading.person(scope, resource_id)

    def one(self, scope, resource_id, addresses, projection):
        """The Document of an id, in one statement and one more for a manager. Raises NotInAccount."""
        groups, wants_groups = groups_of_people.NONE, projection.wants("groups")
        row = reading.person(scope, resource_id, with_groups=wants_groups)
        if wants_groups:
            (groups,) = groups_of_people.of(scope, [row], group_forms(addresses))
        return self._document(scope, row, groups, addresses, projection)

    def written(self, scope, row, addresses, projection):
        """The Document of a row that ``create``, ``replace`` or ``patch`` returned."""
        groups = groups_of_people.NONE
        if projection.wants("groups"):
            groups = groups_of_people.of_written(scope, row, group_forms(addresses))
        return self._document(scope, reading.as_read(row), groups, addresses, projection)

    def told(self, scope, row, addresses):
        """As ``written``, where only id, address and ETag are told: without a text, unless the ETag depends on it."""
        if row.own_groups or row.own_groups is None or (row.enterprise and _MANAGER in row.enterprise):
            return self.written(scope, row, addresses, EVERYTHING)
        return Document(row.scim_id, etag(row.version), addresses.user(row.scim_id), b"")

    def texts(self, scope, rows, addresses, projection):
        """The rows of a page as JSON in bytes. One more statement for managers, if wanted, and one for the
        groups of rows read without them.
        """
        if projection.wants("groups"):
            find = groups_of_people.of if reading.has_groups(rows[0]) else groups_of_people.of_neighbours
            groups = find(scope, rows, group_forms(addresses))
        else:
            groups = [groups_of_people.NONE] * len(rows)
        writer = people_writer(addresses, self.extension, scope.actor.connection_id, projection)
        return writer.texts(rows, groups, self._managers(scope, rows, addresses, projection, writer))

    @staticmethod
    def has_more(projection):
        """Whether the rows of a page are read with groups."""
        return projection.wants("groups")

    def page(self, scope, conditions, order, offset, limit, has_more=True):
        """The rows of a page."""
        return reading.people(scope, conditions, order, offset, limit, has_more)

    def count(self, scope, conditions=()):
        """How many people meet the conditions."""
        return reading.count_people(scope, conditions) if conditions else everybody.count(scope)

    def everything(self, scope, offset, limit, addresses, projection):
        """``(texts, total)`` of the whole list. Of a page that is kept, one statement tells whether it still holds."""
        now = everybody.state(scope)
        if not projection.wants("groups") or not same_page.can_be_told():
            rows = everybody.page(scope, now, offset, limit)
            return self.texts(scope, rows, addresses, projection) if rows else [], now.total
        writer = people_writer(addresses, self.extension, scope.actor.connection_id, projection)
        forms = group_forms(addresses)
        key, names = (scope.account_id, writer, offset, limit), partial(self._names, scope, projection=projection)
        kept = pages.get(key, now)
        if kept is not None and kept.holds(scope, forms, names):
            return kept.texts, now.total
        rows = everybody.page(scope, now, offset, limit)
        if not rows:
            return [], now.total
        numbers, managers = [row[0] for row in rows], managers_in(rows) if writer.shows_managers else ()
        told, shown = groups_of_people.between(scope, numbers), names(managers)
        groups = groups_of_people.of_told(scope, numbers, told, forms)
        texts = writer.texts(rows, groups, ShownManagers(shown, addresses.user("")) if shown else None)
        return pages.put(key, now, rows, numbers, told, groups, managers, shown, texts), now.total

    def everything_after(self, scope, seq, limit, _projection):
        """The rows of the whole list after the one with this number."""
        return everybody.page_after(scope, seq, limit)

    page_statement = staticmethod(reading.people_statement)
    few_statement = staticmethod(reading.few_people_statement)
    in_lists = people_in_lists
    count_statement = staticmethod(reading.people_count_statement)

    def create(self, scope, validated):
        """Create a person and return the row."""
        return users.provision(scope, user_draft(validated.representation, self.extension.urn))

    def create_many(self, scope, validated):
        """Create people in one unit, yielding their rows."""
        return users.provision_many(scope, [user_draft(one.representation, self.extension.urn) for one in validated])

    def replace(self, scope, resource_id, validated, addresses, rules, precondition):
        """PUT: change what differs from the body; ``docs/scim.md`` says what the body need not mention.

        Returns the new row. Raises NotInAccount, PreconditionFailed.
        """
        with users.changing(scope, resource_id) as (work, row):
            check(precondition, row.version)
            profile = Profile.load(row)
            before = person_before(row, profile, self.extension, addresses, scope.actor.connection_id)
            after = replaced_user(
                before,
                validated,
                self.extension.urn,
                strict=rules.dialect.is_strict,
                put_clears_extension=rules.put_clears_extension,
            )
            names_display = _display_is_made(profile, validated.representation)
            if not rules.dialect.is_strict and "name" in after:
                names_display = False  # an unchanged one beside a changed name is an echo
            users.apply_changes(work, row, self._changes(before, after, rules, names_display), profile)
        return row

    def patch(self, scope, resource_id, operations, addresses, rules, precondition):
        """PATCH: apply the operations to the stored person and write what differs. Returns the new row.

        Raises NotInAccount, PreconditionFailed.
        """
        with users.changing(scope, resource_id, deactivates=any(map(_deactivates, operations))) as (work, row):
            check(precondition, row.version)
            profile = Profile.load(row)
            before = self._touched(scope, row, profile, operations, addresses)
            after = apply_patch(operations, before, self.description, rules.dialect, rules.warnings, rules.work)
            names_display = _display_is_made(profile, after) and any(map(_is_about_display, operations))
            users.apply_changes(work, row, self._changes(before, after, rules, names_display), profile)
        return row

    def remove(self, scope, resource_id, version):
        users.remove(scope, resource_id, version=version)

    def _changes(self, before, after, rules, names_display):
        return user_changes(
            before,
            after,
            self.extension.urn,
            strict=rules.dialect.is_strict,
            unassigns=rules.unassigns_active,
            names_display=names_display,
        )

    def _touched(self, scope, row, profile, operations, addresses):
        """The representation, or only ``active`` of it for the most common PATCH, which changes nothing else."""
        for operation in operations:
            attribute = operation.path.attribute
            if operation.path.container or attribute is None or attribute.name != "active":
                return person_before(row, profile, self.extension, addresses, scope.actor.connection_id)
        return {} if row.active_unassigned else {"active": bool(row.active)}

    def _document(self, scope, row, groups, addresses, projection):
        writer = people_writer(addresses, self.extension, scope.actor.connection_id, projection)
        return writer.document(row, groups, self._managers(scope, [row], addresses, projection, writer))

    def _managers(self, scope, rows, addresses, projection, writer):
        if writer.shows_managers and (ids := managers_in(rows)):
            return ShownManagers(self._names(scope, ids, projection), addresses.user(""))
        return None

    def _names(self, scope, ids, projection):
        """``{id: name}`` of the managers in this account; the name is None for clients that are not shown it."""
        managers = reading.names_of_people(scope, ids)
        if scope.actor.provider in BY_THE_STANDARD and _MANAGER_NAME not in (projection.included or ()):
            return dict.fromkeys(managers)
        return managers


def _display_is_made(profile, after):
    """Whether the displayName shown is the one made from the name, as far as the sent body tells."""
    return "displayName" not in profile.core and "displayName" in after


def _deactivates(operation):
    """Whether it sets ``active`` to false, which some clients send as text."""
    attribute = operation.path.attribute
    return attribute is not None and attribute.name == "active" and str(operation.value).lower() == "false"


def _is_about_display(operation):
    path = operation.path
    return path.container is None and path.attribute.name == "displayName"
