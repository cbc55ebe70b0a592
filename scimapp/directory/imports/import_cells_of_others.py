"""Plans what the cells that name others set: the manager, and the groups that a person joins."""

from ..errors import InvalidValue
from ..groups.role_rules import guard_reach
from ..people import managers
from ..people.named_people import nobody
from ..text_keys import fold_email
from ..words import say
from .import_people import groups_named
from .import_plans import MANAGER_ROW
from .import_values import shown


def manager(row, target, text):
    """Plan the manager: somebody here, or a new person of the same file. Raises InvalidValue."""
    named, present = row.here.named(text), managers.value_of(row.before)
    now = row.here.by_id.get(present)
    if text == shown(present) or row.here.is_same(text, present) or row.is_left(target):
        return
    if named is None or named.scim_id is None:
        _coming_manager(row, target, text, present)
        return
    if named is row.person:
        raise _own_manager()
    row.set(target, {"value": named.scim_id}, now.display_name if now else present, named.display_name)


def _coming_manager(row, target, text, present):
    """A manager who is new in the same file, identified by the line until that row is imported."""
    line = row.frame.coming.get(fold_email(text))
    if line is None:
        raise nobody("manager", text)
    if line == row.line:
        raise _own_manager()
    row.plan.write[MANAGER_ROW] = line
    now = row.here.named(present) if present else None
    row.change(target, now.display_name if now else present, text)


def _own_manager():
    return InvalidValue("manager", say("Nobody is their own manager. Choose somebody else."))


def groups(row, target, text):
    """Plan the groups that the person joins; a file takes nobody out of a group. Raises InvalidValue, NotAllowed."""
    mine = row.here.groups_of.get(row.person.seq, []) if row.person else []
    present = [group.display_name for group in mine]
    if text in (shown(", ".join(present)), shown("; ".join(present))):
        return
    joining = []
    for name, found in groups_named(row.here, text):
        if any(group in mine for group in found):
            continue
        group = _group(row, name, found)
        if group is not None and group not in joining:
            joining.append(group)
    if joining:
        row.plan.write["groups"] = [group.id for group in joining]
        names = [group.display_name for group in joining]
        row.change(target, "; ".join(present), "; ".join([*present, *names]))


def _group(row, name, found):
    """The group of this name that is managed here; None for a directory's group, which is left as it is."""
    ours = [group for group in found if group.connection_id is None]
    if not found:
        raise InvalidValue("groups", say("there is no group “%(name)s” here.", name=name))
    if not ours:
        directory = row.frame.directory(found[0].connection_id)
        text = say("Group “%(name)s” is left as it is: managed by %(manager)s.", name=name, manager=directory)
        row.plan.notes.append(text)
        return None
    if len(ours) > 1:
        raise InvalidValue("groups", say("%(num)s groups have the name “%(name)s”.", num=len(ours), name=name))
    if ours[0].seq in row.frame.ruled:
        guard_reach(row.frame.scope, row.frame.ruled[ours[0].seq])
    return ours[0]
