"""The process's cache of group members: texts as the database wrote them, each with the state that it is valid for."""

import threading
import time
from collections import OrderedDict
from typing import NamedTuple

from ...database import origin
from .reference_form import ReferenceForm

MAXIMUM_BYTES = 16_000_000  # of all texts
RESTING_SECONDS = 600  # after its last use; then an entry may be evicted
_BESIDE = 850  # bytes of overhead per entry


class MembersForm(NamedTuple):
    """The JSON form of members: people and groups, with or without names. ``end`` follows the last member."""

    person: ReferenceForm
    group: ReferenceForm
    end: bytes
    with_names: bool


class Members(NamedTuple):
    """All members of a group as ``text`` in bytes: people in order of creation, then groups, separated by commas, then the
    ``end`` of the form. ``digest``: hexadecimal digits that change with the text, "" if there are no members.

    ``seqs`` are the numbers of the people in that order, separated by commas; None if there are groups among the members.
    """

    text: bytes
    count: int
    digest: str
    seqs: str | None


class State(NamedTuple):
    """The state that Members are valid for: a version of the group, how often people of its account have shifted, and the
    database that has counted both.
    """

    group_id: str
    version: int
    shifts: int | None
    origin: object

    def has_names_of(self, other):
        """Whether people who are members in both states have the same text in both."""
        return self._replace(version=other.version) == other


def state(group_id, version, shifts):
    """The State of a group that was read with the connection at hand."""
    return State(group_id, version, shifts, origin())


class Turnover(NamedTuple):
    """What a change of a group's members did: the State ``before``, those who came as ``{seq: (SCIM id, name)}``, and the
    seqs of those who left. No groups are among the members, and the names are those of the State ``before``.
    """

    before: State
    come: dict
    gone: set


class KeptMembers:
    """A bounded cache of Members by ``(account id, group seq, form)``.

    An entry used a moment ago is not evicted: a client that reads more groups than fit, one by one and again in an hour,
    would otherwise never find any of them.
    """

    def __init__(self):
        self.size, self._lock = 0, threading.Lock()
        self._kept = OrderedDict()  # key → (State, Members, second of last use), least recently used first
        self._forms = {}  # (account id, group seq) → the form stored last

    def get(self, key, state):
        """The Members valid for this State, or None. If people have shifted, drops all entries of the account."""
        known, members = self.last(key)
        if members is None or known == state:
            return members
        if (known.shifts, known.origin) != (state.shifts, state.origin):
            self._forget_account(key[0])
        return None

    def last(self, key):
        """``(State, Members)`` as cached for whatever State, or ``(None, None)``."""
        with self._lock:
            if key not in self._kept:
                return None, None
            state, members, _ = self._kept.pop(key)
            self._kept[key] = state, members, time.monotonic()
            return state, members

    def of_group(self, account_id, seq):
        """``(form, State, Members)`` of a group in the form stored last; three times None if it is not cached."""
        form = self._forms.get((account_id, seq))
        return form, *self.last((account_id, seq, form))

    def put(self, key, state, members):
        """Cache the Members of a group for this State, if there is room."""
        now, size = time.monotonic(), _size_of(members)
        with self._lock:
            self._drop(key)
            if self._makes_room_for(size, now):
                self._kept[key] = state, members, now
                self._forms[key[:2]] = key[2]
                self.size += size

    def forget(self, key):
        """Drop an entry."""
        with self._lock:
            self._drop(key)

    def _makes_room_for(self, size, now):
        """Whether ``size`` bytes are free, evicting unused entries if needed; evicts none if that is not enough."""
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
