"""What a process remembers of the members of groups: texts as the database wrote them, with what they hold for."""

import threading
import time
from collections import OrderedDict
from typing import NamedTuple

from .reference_form import ReferenceForm

MAXIMUM_BYTES = 16_000_000  # of all texts
RESTING_SECONDS = 600  # since it was asked for last: then one makes room for others
_BESIDE = 850  # bytes that one takes beside itself


class MembersForm(NamedTuple):
    """How members are written: people and groups, with their names or without; ``end`` stands behind the last one."""

    person: ReferenceForm
    group: ReferenceForm
    end: bytes
    with_names: bool


class Members(NamedTuple):
    """All members of a group as ``text`` in bytes: people in the order they were created, then groups, commas between, then the
    ``end`` of the form. ``digest``: hexadecimal digits that are others when the text is, "" for nobody.

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


class Turnover(NamedTuple):
    """What a change of a group's members did: the State ``before``, who came as ``{seq: (SCIM id, name)}``, and the seqs of who went.

    There are no groups among the members, and those who came had these names in that State.
    """

    before: State
    come: dict
    gone: set


class KeptMembers:
    """Members by ``(account id, group seq, form)``, as many as there is room for.

    One that was asked for a moment ago is not pushed out: whoever reads more groups than there is room for, one after the other and
    again in an hour, would find none of them.
    """

    def __init__(self):
        self.size, self._lock = 0, threading.Lock()
        self._kept = OrderedDict()  # key → (State, Members, second of last use), in the order of use
        self._forms = {}  # (account id, group seq) → the form that was put there last

    def get(self, key, state):
        """Members that hold in this State, or None. Where people shifted, all of the account is let go of."""
        known, members = self.last(key)
        if members is None or known == state:
            return members
        if known.shifts != state.shifts:
            self._forget_account(key[0])
        return None

    def last(self, key):
        """``(State, Members)`` as they are known, ``(None, None)`` where they are not."""
        with self._lock:
            if key not in self._kept:
                return None, None
            state, members, _ = self._kept.pop(key)
            self._kept[key] = state, members, time.monotonic()
            return state, members

    def of_group(self, account_id, seq):
        """``(form, State, Members)`` of a group in the form that was put there last, None three times where it is not kept."""
        form = self._forms.get((account_id, seq))
        return form, *self.last((account_id, seq, form))

    def put(self, key, state, members):
        """Remember the Members of a group in this State, if there is room."""
        now, size = time.monotonic(), _size_of(members)
        with self._lock:
            self._drop(key)
            if self._makes_room_for(size, now):
                self._kept[key] = state, members, now
                self._forms[key[:2]] = key[2]
                self.size += size

    def forget(self, key):
        """Let go of a group."""
        with self._lock:
            self._drop(key)

    def _makes_room_for(self, size, now):
        """Whether there are so many bytes, once as many as need be of those that rest are gone; nobody goes for nothing."""
        free, going = MAXIMUM_BYTES - self.size, []
        for key, (_, members, used) in self._kept.items():
            if free >= size or used > now - RESTING_SECONDS:
                break
            free += _size_of(members)
            going.append(key)
        if free < size:
            return False
        for key in going:
            self._drop(key)
        return True

    def _forget_account(self, account_id):
        with self._lock:
            for key in [key for key in self._kept if key[0] == account_id]:
                self._drop(key)

    def _drop(self, key):
        _, members, _ = self._kept.pop(key, (None, None, None))
        if members is not None:
            self.size -= _size_of(members)
            if self._forms.get(key[:2]) == key[2]:
                del self._forms[key[:2]]


def _size_of(members):
    return len(members.text) + len(members.seqs or "") + _BESIDE
