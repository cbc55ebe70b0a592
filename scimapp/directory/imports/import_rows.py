"""Makes plans for the rows of an imported file before anything is written.

The plan that the preview shows is the plan that is carried out, so nothing else happens. At most one row of a file may
refer to a person.
"""

from .. import addresses
from ..text_keys import fold_email, fold_user_name
from ..words import say
from .import_cells import RowPlanner
from .import_columns import EMAIL, EXTERNAL_ID
from .import_new_people import typed_name
from .import_plans import Plan


def plan(frame, here, line, values, problem=None):
    """The Plan for one row. ``values`` are ``{key: text}`` of the cells that are not empty; ``problem`` is a Sentence."""
    if problem is not None:
        return Plan(typed_name(values), problems=[(None, problem)])
    person, complaint = _matched(frame, here, values)
    if complaint:
        return Plan(typed_name(values), problems=[(frame.label(frame.match), complaint)])
    made = RowPlanner(frame, here, line, values, person).planned()
    _claim(frame, made, values, person, line)
    return made


def _matched(frame, here, values):
    """``(person or None, error or None)`` for the value by which rows are matched."""
    text = values.get(frame.match, "")
    if frame.match == EMAIL:
        return here.by_email.get(fold_email(text)), addresses.complaint(text)
    found = here.by_external_id.get(text, [])
    if not text:
        return None, say("Enter an External ID: rows are matched by it.")
    if len(found) > 1:
        return None, say("“%(id)s” belongs to %(num)s people, from different directories.", id=text, num=len(found))
    return (found[0] if found else None), None


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
