"""A form that was overtaken is looked at again: between comparing it with what is stored and saving it, somebody else saved.

The directory compares once more behind its lock (``policies.guard_seen``), so of two people at the same moment one is second. That one
is shown what the first set, or has it joined with the own, as if the form had come a moment later.
"""

from functools import wraps

from ..directory.errors import StaleVersion

_ROUNDS = 4  # more would mean that somebody saves all the time


def again_if_overtaken(view):
    """Run the view again if what it compared with was changed before it saved. Nothing was saved then.

    It stands closest to the view. Raises StaleVersion where that goes on.
    """

    @wraps(view)
    def run(**arguments):
        for _ in range(_ROUNDS - 1):
            try:
                return view(**arguments)
            except StaleVersion:
                continue
        return view(**arguments)

    return run
