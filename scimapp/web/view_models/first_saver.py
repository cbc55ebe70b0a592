"""Who saved first: the sentence above a form that somebody else overtook."""

from ...directory import audit_log
from .audit import Telling

_LOOKED_AT = 20  # entries; the change that overtook a form is among the newest of its kind
_RECORDED_AS = {"name": "displayName", "provider": "preset"}  # an input of a form → its name in the audit log


def first_saver(scope, form, target_id, *events):
    """The EntryWords of the newest of ``events`` about a target that altered what ``form`` would alter as well.

    None where nobody was first, or where it is not recorded: ``form`` is one whose ``met`` was asked.
    """
    names = {line.name for line in form.changed_meanwhile}
    names |= {_RECORDED_AS[name] for name in names & _RECORDED_AS.keys()}
    if not names:
        return None
    found = audit_log.of_target(scope, target_id, _LOOKED_AT, events)
    return _told(scope, [one for one in found if any(change["field"] in names for change in one[0].changes or ())])


def last_saver(scope, target_id, *events):
    """The EntryWords of the newest of ``events`` about a target, whatever it altered; None where none is recorded."""
    return _told(scope, audit_log.of_target(scope, target_id, 1, events))


def _told(scope, found):
    return Telling(scope, [found[0][0]])(*found[0]) if found else None
