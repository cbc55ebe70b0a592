"""Where each attribute of a person lives. Attributes not named here are in the value index."""

from functools import lru_cache

from sqlalchemy import true

from ...directory.client_reads import groups_of_people
from ...directory.model import Group, Membership, User
from ...directory.sql.few_people import in_state
from ...scim import urns
from ...texts import fold
from ..queries.binding import BooleanColumn, Constant, MomentColumn, OwnText, TextColumn, exact, user_name
from ..queries.derived import MANAGER, Address, ManagerAddress, SchemaList, manager_address, manager_name
from ..queries.indexed import Indexed
from ..queries.linked import Linked
from ..queries.places import Places, linked, those


def _inactive(scope):
    return User.seq.in_(scope.select(User, User.seq).where(in_state("inactive")).correlate(None))


_COLUMNS = {
    "id": TextColumn(User.scim_id, exact, is_identifier=True, is_walked=True),
    "externalid": OwnText(User.external_id, User.connection_id),
    "username": user_name(User.user_name_key),
    "active": BooleanColumn(User.active, User.active_unassigned, _inactive),
    "meta.resourcetype": Constant("User"),
    "meta.created": MomentColumn(User.created_at),
    "meta.lastmodified": MomentColumn(User.updated_at),
}


def direct_groups(scope, condition):
    """The people of this account who are direct members of groups that meet a condition on Group."""
    return those(scope.select(Membership, Membership.user_seq), Membership.group_seq, scope, Group.seq, condition)


def _is_in_a_group(scope):
    """The condition that a person is in a group. Direct groups suffice: who is in others is in them through a direct one."""
    return User.seq.in_(direct_groups(scope, true()))


@lru_cache(maxsize=256)
def user_places(addresses, extension_urn, hidden):
    """The Places of people at these Addresses; ``hidden`` are the Field IDs of archived fields."""
    group = {
        "groups.value": TextColumn(Group.id, exact, is_identifier=True),
        "groups.$ref": Address(addresses.group(""), Group.id),
        "groups.display": TextColumn(Group.display_name_key, fold),
    }
    groups = (
        (direct_groups, group | {"groups.type": Constant("direct", fold)}),
        (groups_of_people.in_indirectly, group | {"groups.type": Constant("indirect", fold)}),
    )
    enterprise = Indexed("enterprise", "complex", is_whole=True)
    custom = Indexed(
        "custom", "complex", is_whole=True, hidden=tuple(f"custom.{name.lower()}" for name in sorted(hidden))
    )
    schemas = SchemaList(
        (
            (urns.CORE_USER, lambda _scope: true()),
            (urns.ENTERPRISE_USER, enterprise.stored),
            (extension_urn, custom.stored),
        )
    )
    columns = _COLUMNS | linked(User.seq, groups, _is_in_a_group) | _manager(addresses)
    columns |= {"schemas": schemas, "meta.location": Address(addresses.user(""), User.scim_id)}
    return Places(columns, groups, "groups", User.seq, True, {"meta": Constant("meta"), "custom": custom})


def _manager(addresses):
    name, by_name = manager_name()
    here, by_address = manager_address(addresses.user(""))
    sent = Indexed(MANAGER.replace("value", "$ref"), "reference")
    return {
        "enterprise.manager.displayname": Linked(User.seq, (name,), by_name),
        "enterprise.manager.$ref": ManagerAddress(Linked(User.seq, (here,), by_address), sent),
    }
