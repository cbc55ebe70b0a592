"""The resource types of an account: schemas that all accounts share, and the extension made from its own fields."""

import threading
from collections import OrderedDict

from msgspec import Struct

from ..database.held_connections import origin
from ..directory.fields import custom_fields
from ..scim.resource_type import ResourceType
from ..scim.schemas.core_group import GROUP_SCHEMA
from ..scim.schemas.core_user import USER_SCHEMA
from ..scim.schemas.enterprise_user import ENTERPRISE_SCHEMA
from .extension import extension_of
from .groups.group import GroupType
from .users.user import UserType

MAXIMUM_KEPT = 256  # accounts
_GROUP = GroupType(ResourceType("Group", "/Groups", "Group", GROUP_SCHEMA))
_kept = OrderedDict()
_lock = threading.Lock()


class ResourceTypes(Struct, frozen=True):
    """The resource types of one account, as long as its fields stay as they are."""

    user: UserType
    group: GroupType

    def __iter__(self):
        return iter((self.user, self.group))

    def named(self, name):
        """The resource type of this name, ignoring case, or None."""
        return next((item for item in self if item.description.name.lower() == name.lower()), None)


def resource_types_of(scope, fields_version, urn_prefix):
    """The ResourceTypes of the scope's account; made once per version of its custom fields in one database."""
    key = (scope.account_id, fields_version, urn_prefix, origin())
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return found
    found = _made(scope, urn_prefix)
    with _lock:
        _kept[key] = found
        while len(_kept) > MAXIMUM_KEPT:
            _kept.popitem(last=False)
    return found


def _made(scope, urn_prefix):
    extension = extension_of(scope.account_id, urn_prefix, custom_fields.list_fields(scope, archived=None))
    extensions = (ENTERPRISE_SCHEMA, extension.schema)
    return ResourceTypes(
        UserType(ResourceType("User", "/Users", "User Account", USER_SCHEMA, extensions), extension), _GROUP
    )
