"""What a process remembers of the members of groups: texts as the database wrote them, with what they hold for."""

import threading
from collections import OrderedDict
from typing import NamedTuple

from .reference_form import ReferenceForm

MAXIMUM_BYTES = 16_000_000  # of all texts
_BESIDE = 700  # bytes that one takes beside itself


class MembersForm(NamedTuple):
    """How members are written: people and groups, with their names or without; ``end`` stands behind the last one."""

    person: ReferenceForm
    group: ReferenceForm
    end: bytes
    with_names: bool


class Members(NamedTuple):
    """All members of a group as ``text`` in bytes: people in the order they were created, then groups, commas between, then the
    ``end`` of the form. ``digest``: hexadecimal digits that are others when the text is, "" where no name is shown.

    ``seqs`` are the numbers of the people in that order, with commas between; None where there are groups among them.
    """

    text: bytes
    count: int
    digest: str
    seqs: str | None


class State(NamedTuple):
    """What Members hold for: a group, and how often people of its account have shifted."""

    group_id: str
    version: int
    shifts: int | None

    def has_names_of(self, other):
        """Whether whoever is a member in both states is written alike."""
        return self.group_id == other.group_id and self.shifts == other.shifts


class KeptMembers:
    """Members by ``(account id, group seq, form)``; which were asked for longest ago go first."""

    def __init__(self):
        self.size, self._lock = 0, threading.Lock()
        self._kept = OrderedDict()  # key → (State, Members)

    def get(self, key, state):
        """Members that hold in this State, or None. What it proves to be outdated is let go of."""
        known, members = self.last(key)
        if members is None or known == state:
            return members
        if not known.has_names_of(state):
            self._forget(key, is_all_of_account=known.shifts != state.shifts)
        return None

    def last(self, key):
        """``(State, Members)`` as they are known, ``(None, None)`` where they are not."""
        with self._lock:
            if key not in self._kept:
                return None, None
            self._kept.move_to_end(key)
            return self._kept[key]

    def put(self, key, state, members):
        """Remember the Members of a group in this State."""
        with self._lock:
            self._drop(key)
            if _size_of(members) > MAXIMUM_BYTES:
                return
            self._kept[key] = state, members
            self.size += _size_of(members)
            while self.size > MAXIMUM_BYTES:
                self._drop(next(iter(self._kept)))

    def _forget(self, key, is_all_of_account):
        with self._lock:
            for each in [each for each in self._kept if each[0] == key[0]] if is_all_of_account else [key]:
                self._drop(each)

    def _drop(self, key):
        _, members = self._kept.pop(key, (None, None))
        if members is not None:
            self.size -= _size_of(members)


def _size_of(members):
    return len(members.text) + len(members.seqs or "") + _BESIDE
