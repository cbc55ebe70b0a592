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
    for entry, is_veiled in audit_log.of_target(scope, target_id, _LOOKED_AT, events):
        if any(change["field"] in names for change in entry.changes or ()):
            return Telling(scope, [entry])(entry, is_veiled)
    return None
