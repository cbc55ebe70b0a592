"""Makes plans for the rows of an imported file before anything is written.

The plan that the preview shows is the plan that is carried out, so nothing else happens. It asks the guards that the
write will ask. At most one row of a file may refer to a person.
"""

from ...texts import fold_user_name
from .. import addresses
from ..errors import DirectoryError, InvalidValue
from ..policies import guard_update
from ..text_keys import fold_email
from ..words import say
from . import import_cells
from .import_columns import EMAIL, EXTERNAL_ID
from .import_new_people import complete, typed_name
from .import_plans import MANAGER_ROW, Plan, changes_of
from .import_row import PlannedRow


def plan(frame, here, line, values, problem=None):
    """The Plan for one row. ``values`` are ``{key: text}`` of the cells that are not empty; ``problem`` is a Sentence."""
    if problem is not None:
        return Plan(typed_name(values), problems=[(None, problem)])
    person, complaint = _matched(frame, here, values)
    if complaint:
        return Plan(typed_name(values), problems=[(frame.label(frame.match), complaint)])
    made = _planned(PlannedRow(frame, here, line, values, person))
    _claim(frame, made, values, person, line)
    return made


def _matched(frame, here, values):
    """``(person or None, error or None)`` for the value by which rows are matched."""
    text = values.get(frame.match, "")
    if frame.match == EMAIL:
        person = here.by_email.get(fold_email(text))
        return person, None if person else addresses.complaint(text)  # directories send other addresses, too
    found = here.by_external_id.get(text, [])
    if not text:
        return None, say("Enter an External ID: rows are matched by it.")
    if len(found) > 1:
        return None, say("“%(id)s” belongs to %(num)s people, from different directories.", id=text, num=len(found))
    return (found[0] if found else None), None


def _planned(row):
    """The Plan of a PlannedRow. Empty cells change nothing."""
    for key, text in row.values.items():
        import_cells.take(row, key, text)
    made = row.finished()
    if made.problems:
        return made
    if row.person is None:
        complete(made, row.frame, row.here, row.values)
    else:
        _guard_person(row, made.write)
    return made


def _guard_person(row, write):
    """Ask the guards that the write will ask."""
    if not write.keys() - {"groups", MANAGER_ROW}:
        return
    changes = changes_of(write)
    after = row.before.merged(changes.core, changes.enterprise, changes.custom)
    try:
        if "email" in write:
            after = after.with_email(changes.email)
        guard_update(row.frame.scope, row.person, row.before, after, changes)
        columns = after.columns(row.before)
        import_cells.refuse_taken(row, row.here.by_user_name.get(columns["user_name_key"]))
    except InvalidValue as error:
        row.refuse(error.attribute, error.reason)
    except DirectoryError as error:
        row.refuse(None, error.message)


def _claim(frame, made, values, person, line):
    """Refuse a second row for the same person; only rows that will be written count."""
    if made.problems:
        return
    if person is not None:
        names = [("person", person.id)]
    else:
        user_name = values.get("user_name") or values.get(EMAIL, "")
        names = [(EMAIL, fold_email(values.get(EMAIL, ""))), ("user_name", fold_user_name(user_name))]
        names += [(EXTERNAL_ID, values[EXTERNAL_ID])] if values.get(EXTERNAL_ID) else []
    if person is not None and "email" in made.write:
        names.append((EMAIL, fold_email(made.write["email"])))
    earlier = next((frame.claims[name] for name in names if name in frame.claims), None)
    if earlier is not None:
        made.refuse(None, say("This is the same person as in row %(row)s.", row=earlier))
        return
    frame.claims |= dict.fromkeys(names, line)
