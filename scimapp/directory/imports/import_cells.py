"""Turns the cells of one row into a Plan: compares each cell with the stored value, checks it, and asks the guards.

Empty cells change nothing, nor do cells with what exports write for the stored value. Values that a directory owns are
left as they are. The guards are the same as those of the write.
"""

from .. import addresses
from ..errors import DirectoryError, InvalidValue
from ..fields.field_types import display
from ..groups.role_rules import guard_reach
from ..people import managers, ownership, phone_numbers
from ..people.named_people import nobody
from ..people.profile import Profile
from ..policies import guard_role_given, guard_update
from ..roles import Role
from ..text_keys import fold_email, fold_user_name
from ..words import say
from .import_columns import EMAIL, EXTERNAL_ID
from .import_new_people import complete, typed_name
from .import_people import groups_named
from .import_plans import MANAGER_ROW, Plan, changes_of
from .import_values import custom_value, one_line, role_of, says_the_same, shown

_NAMES = {"given_name": "givenName", "family_name": "familyName"}


class RowPlanner:
    """One row being planned. ``before`` is the person's profile, empty for a new person."""

    def __init__(self, frame, here, line, values, person):
        self.frame, self.here, self.line, self.values, self.person = frame, here, line, values, person
        self.before = here.profiles[person.seq] if person else Profile({}, {}, {})
        self.locked = here.locked[person.seq] if person else frozenset()
        self.plan = Plan(person.display_name if person else typed_name(values))
        self.parts = {"core": {}, "enterprise": {}, "custom": {}}

    def planned(self):
        """The Plan."""
        if self.person is not None:
            self.plan.user_id, self.plan.version = self.person.id, self.person.version
        for key, text in self.values.items():
            try:
                self._take(self.frame.targets[key], text)
            except InvalidValue as error:
                self._refuse(key, error.reason)
            except DirectoryError as error:
                self._refuse(key, error.message)
        self.plan.write |= {part: values for part, values in self.parts.items() if values}
        if not self.plan.problems:
            self._guard_person() if self.person else complete(self.plan, self.frame, self.here, self.values)
        return self.plan

    def _refuse(self, key, sentence):
        self.plan.refuse(self.frame.label(key), sentence)

    def _take(self, target, text):
        taker = _TAKERS.get(target.key)
        if taker is not None:
            taker(self, target, text)
        elif target.field is not None:
            self._custom(target, text)
        else:
            stored = getattr(self.before, target.part).get(target.attribute)
            if text != shown(stored) and not self._is_left(target):
                self._set(target, one_line(text), stored, text)

    def _set(self, target, value, before, after):
        self.parts[target.part][target.attribute] = value
        self._change(target, before, after)

    def _change(self, target, before, after):
        if self.person is not None:
            self.plan.changes.append((target.label, before or "", after))

    def _is_left(self, target, owned_as=None):
        """Whether the directory owns the value, so that it stays; notes that in the plan."""
        if (owned_as or target.owned_as) not in self.locked:
            return False
        self._leave(target.label)
        return True

    def _leave(self, label):
        manager = self.frame.directory(self.person.connection_id)
        self.plan.notes.append(say("%(label)s is left as it is: managed by %(manager)s.", label=label, manager=manager))

    def _name(self, target, text):
        stored = self.before.core.get("name") or {}
        part = _NAMES[target.key]
        if text == shown(stored.get(part)) or self._is_left(target):
            return
        # The formatted name would keep showing the old name.
        kept = {name: value for name, value in stored.items() if name != "formatted"}
        name = self.parts["core"].get("name", kept) | {part: one_line(text)}
        self._set(target, name, stored.get(part), text)

    def _shown_name(self, target, text):
        if self.person is not None and text == shown(self.person.display_name):
            return
        if not self._is_left(target):
            self._set(target, one_line(text), self.person and self.person.display_name, text)

    def _email(self, target, text):
        key = fold_email(text)
        if self.person is not None and key == self.person.email_key:
            return
        locked = "userName" if not self.before.core.get("emails") else None
        if self.person is not None and self._is_left(target, locked):
            return
        complaint = addresses.complaint(text)
        if complaint:
            raise InvalidValue(EMAIL, complaint)
        self._refuse_taken(self.here.by_email.get(key))
        self.plan.write["email"] = text
        self._change(target, self.person and self.person.email, text)

    def _user_name(self, target, text):
        stored = self.before.core.get("userName")
        if text == shown(stored) or (self.person is not None and self._is_left(target)):
            return
        holder = self.here.by_user_name.get(fold_user_name(text))
        if holder is not None and holder is not self.person:
            raise InvalidValue(
                "user_name", say("“%(name)s” belongs to %(person)s already.", name=text, person=holder.display_name)
            )
        self._set(target, one_line(text), stored, text)

    def _refuse_taken(self, holder):
        if holder is not None and holder is not self.person:
            raise InvalidValue(EMAIL, say("This address belongs to %(person)s already.", person=holder.display_name))

    def _phone(self, target, text):
        numbers = self.before.core.get("phoneNumbers") or []
        if any(shown(item.get("value")) == text for item in numbers) or self._is_left(target):
            return
        before = (phone_numbers.chosen(numbers) or {}).get("value")
        self._set(target, phone_numbers.with_number(numbers, one_line(text)), before, text)

    def _manager(self, target, text):
        named, present = self.here.named(text), managers.value_of(self.before)
        now = self.here.by_id.get(present)
        if text == shown(present) or self.here.is_same(text, present) or self._is_left(target):
            return
        if named is None or named.scim_id is None:
            self._coming_manager(target, text, present)
            return
        if named is self.person:
            raise InvalidValue("manager", say("Nobody is their own manager. Choose somebody else."))
        self._set(target, {"value": named.scim_id}, now.display_name if now else present, named.display_name)

    def _coming_manager(self, target, text, present):
        """A manager who is new in the same file, identified by the row until it is imported."""
        row = self.frame.coming.get(fold_email(text))
        if row is None:
            raise nobody("manager", text)
        if row == self.line:
            raise InvalidValue("manager", say("Nobody is their own manager. Choose somebody else."))
        self.plan.write[MANAGER_ROW] = row
        now = self.here.named(present) if present else None
        self._change(target, now.display_name if now else present, text)

    def _role(self, target, text):
        role = role_of(self.frame, text)
        if self.person is None:
            guard_role_given(self.frame.scope, role)
            self.plan.write["role"] = role.value
        elif role.value not in (self.person.role, self.person.given_role):
            self.plan.write["role"] = role.value
            self._change(target, Role(self.person.given_role).label, role.label)

    def _external_id(self, target, text):
        present = self.person.external_id if self.person else None
        if text == shown(present):
            return
        if self.person is not None and ownership.is_managed(self.person):
            self._leave(target.label)
            return
        connection_id = self.person.connection_id if self.person else None
        for holder in self.here.by_external_id.get(text, ()):
            if holder is not self.person and holder.connection_id == connection_id:
                raise InvalidValue(
                    EXTERNAL_ID, say("“%(name)s” belongs to %(person)s already.", name=text, person=holder.display_name)
                )
        self.plan.write[EXTERNAL_ID] = one_line(text)
        self._change(target, present, text)

    def _groups(self, target, text):
        mine = self.here.groups_of.get(self.person.seq, []) if self.person else []
        present = [group.display_name for group in mine]
        if text in (shown(", ".join(present)), shown("; ".join(present))):
            return
        joining = []
        for name, found in groups_named(self.here, text):
            if any(group in mine for group in found):
                continue
            group = self._group(name, found)
            if group is not None and group not in joining:
                joining.append(group)
        if joining:
            self.plan.write["groups"] = [group.id for group in joining]
            names = [group.display_name for group in joining]
            self._change(target, "; ".join(present), "; ".join([*present, *names]))

    def _group(self, name, found):
        """The group of this name that is managed here; None for a directory's group, which is left as it is."""
        ours = [group for group in found if group.connection_id is None]
        if not found:
            raise InvalidValue("groups", say("there is no group “%(name)s” here.", name=name))
        if not ours:
            manager = self.frame.directory(found[0].connection_id)
            text = say("Group “%(name)s” is left as it is: managed by %(manager)s.", name=name, manager=manager)
            self.plan.notes.append(text)
            return None
        if len(ours) > 1:
            raise InvalidValue("groups", say("%(num)s groups have the name “%(name)s”.", num=len(ours), name=name))
        if ours[0].seq in self.frame.ruled:
            guard_reach(self.frame.scope, self.frame.ruled[ours[0].seq])
        return ours[0]

    def _custom(self, target, text):
        stored = self.before.custom.get(target.attribute)
        if says_the_same(target.field, stored, self.frame.word(text)) or says_the_same(target.field, stored, text):
            return
        if target.field.type == "user" and self.here.is_same(text, stored):
            return
        if self._is_left(target):
            return
        value = custom_value(self.frame, target.field, text)
        if value is not None and value != stored:
            self._set(target, value, display(target.field, stored), display(target.field, value))

    def _guard_person(self):
        """Ask the guards that the write will ask."""
        write = self.plan.write
        if not write.keys() - {"groups", MANAGER_ROW}:
            return
        changes = changes_of(write)
        after = self.before.merged(changes.core, changes.enterprise, changes.custom)
        try:
            if "email" in write:
                after = after.with_email(changes.email)
            guard_update(self.frame.scope, self.person, self.before, after, changes)
            columns = after.columns(self.before)
            holder = self.here.by_user_name.get(columns["user_name_key"])
            self._refuse_taken(holder)
        except InvalidValue as error:
            self._refuse(error.attribute, error.reason)
        except DirectoryError as error:
            self._refuse(None, error.message)


_TAKERS = {
    "given_name": RowPlanner._name,
    "family_name": RowPlanner._name,
    "display_name": RowPlanner._shown_name,
    EMAIL: RowPlanner._email,
    "user_name": RowPlanner._user_name,
    "phone": RowPlanner._phone,
    "manager": RowPlanner._manager,
    "role": RowPlanner._role,
    EXTERNAL_ID: RowPlanner._external_id,
    "groups": RowPlanner._groups,
}
