"""One row of an imported file while its plan is made: what is known about its person, and what has been planned so far."""

from ..people.profile import Profile
from ..words import say
from .import_new_people import typed_name
from .import_plans import Plan


class PlannedRow:
    """``before`` is the person's profile, empty for a new person; ``person`` is None for one. ``parts`` are the values for
    the person's document, of which ``finished`` makes a part of the plan.
    """

    def __init__(self, frame, here, line, values, person):
        self.frame, self.here, self.line, self.values, self.person = frame, here, line, values, person
        self.before = here.profiles[person.seq] if person else Profile({}, {}, {})
        self._locked = here.locked[person.seq] if person else frozenset()
        self.parts = {"core": {}, "enterprise": {}, "custom": {}}
        self.plan = Plan(person.display_name if person else typed_name(values))
        if person is not None:
            self.plan.user_id, self.plan.version = person.id, person.version

    def set(self, target, value, before, after):
        """Plan ``value`` for the document; ``before`` and ``after`` are what people read."""
        self.parts[target.part][target.attribute] = value
        self.change(target, before, after)

    def change(self, target, before, after):
        """Show a change; a new person has none."""
        if self.person is not None:
            self.plan.changes.append((target.label, before or "", after))

    def refuse(self, key, sentence):
        """Add a problem of the column ``key``, or of the row as a whole."""
        self.plan.refuse(self.frame.label(key), sentence)

    def is_left(self, target, owned_as=None):
        """Whether the directory owns the value, so that it stays; notes that in the plan."""
        if (owned_as or target.owned_as) not in self._locked:
            return False
        self.leave(target)
        return True

    def leave(self, target):
        """Note that the directory's value stays."""
        manager = self.frame.directory(self.person.connection_id)
        sentence = say("%(label)s is left as it is: managed by %(manager)s.", label=target.label, manager=manager)
        self.plan.notes.append(sentence)

    def finished(self):
        """The Plan, with all that was set."""
        self.plan.write |= {part: values for part, values in self.parts.items() if values}
        return self.plan
