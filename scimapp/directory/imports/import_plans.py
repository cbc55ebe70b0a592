"""The plan for one row of an imported file: a new person, changes, nothing, or errors."""

from functools import reduce

from msgspec import Struct, field
from msgspec.structs import replace

from ..batches.batch_reasons import NOTHING_TO_CHANGE
from ..changes import UserChanges
from ..roles import Role
from ..words import Grouped, packed, say
from .import_columns import EXTERNAL_ID

NEW, UPDATE, SAME, ERROR = "new", "update", "same", "error"
OUTCOMES = (NEW, UPDATE, ERROR, SAME)
MANAGER_ROW = "manager_row"  # a key of ``Plan.write``: the line of the new person who is the manager
ACTION = "import"  # the batch action that keeps a preview and then carries it out
ACTIVE, NOT_INVITED, INACTIVE = "active", "not_invited", "inactive"  # how new people start
STARTS = (ACTIVE, NOT_INVITED, INACTIVE)


class Plan(Struct):
    """What will be done for a row. ``write`` is the request to the directory as JSON: values, ``role``, ``groups`` …

    ``changes`` are ``(label, before, after)``; ``notes`` are sentences about what stays as it is; ``problems`` are
    ``(label or None, sentence)``. A plan with problems writes nothing.
    """

    label: str = ""
    user_id: str | None = None
    version: int | None = None
    write: dict = field(default_factory=dict)
    changes: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    problems: list = field(default_factory=list)

    @property
    def outcome(self):
        if self.problems:
            return ERROR
        if self.user_id is None:
            return NEW
        return UPDATE if self.write else SAME

    def refuse(self, label, sentence):
        """Add a problem; ``label`` is that of the column, None for the row as a whole."""
        self.problems.append((label, sentence))

    def reason(self, line):
        """The errors, or that nothing changes, as a Sentence; None for a plan that writes."""
        if self.outcome == SAME:
            return NOTHING_TO_CHANGE
        sentences = [told(line, label, sentence) for label, sentence in self.problems]
        return reduce(lambda one, more: say("%(one)s %(more)s", one=one, more=more), sentences) if sentences else None

    def content(self):
        """The plan as a JSON value, sentences included."""
        return {
            "version": self.version,
            "write": None if self.problems else self.write,
            "changes": [[packed(text) for text in change] for change in self.changes],
            "notes": [packed(note) for note in self.notes],
        }


def told(line, label, sentence):
    """An error of a row: “Row 7, E-mail: …”; ``label`` is None for the row as a whole."""
    if label is None:
        return say("Row %(row)s: %(sentence)s", row=Grouped(line), sentence=sentence)
    return say("Row %(row)s, %(field)s: %(sentence)s", row=Grouped(line), field=label, sentence=sentence)


def without_row(reason):
    """``Plan.reason`` without the number of the row, for a table that has a column for it: “E-mail: …”."""
    match getattr(reason, "values", None):
        case {"one": one, "more": more}:
            return say("%(one)s %(more)s", one=without_row(one), more=without_row(more))
        case {"row": _, "field": label, "sentence": sentence}:
            return say("%(field)s: %(sentence)s", field=label, sentence=sentence)
        case {"row": _, "sentence": sentence}:
            return sentence
    return reason


def changes_of(write):
    """The UserChanges of a plan's ``write``."""
    changes = UserChanges(
        core=write.get("core", {}), enterprise=write.get("enterprise", {}), custom=write.get("custom", {})
    )
    asked = {name: write[name] for name in ("email", EXTERNAL_ID) if name in write}
    return replace(changes, **asked, **({"role": Role(write["role"])} if "role" in write else {}))
