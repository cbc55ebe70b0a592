"""Lists of numbers, kept in the process for as long as the database would tell the same ones again.

Whoever goes through a list asks for the same lists with each page. A list holds until somebody, in whatever process, commits a
change of what it comes from (``list_sequences``); one that comes from anything else, until anything is committed. The former holds
longer, but for the people who have changed (``mended``).
"""

import threading
from array import array
from collections import OrderedDict
from weakref import WeakKeyDictionary

from msgspec import Struct
from msgspec.structs import replace

from ...database import current_engine, snapshots
from . import mended
from .list_sequences import sequences_of
from .numbers import as_text

MOST_BYTES = 4 * 1024 * 1024  # of a process: forty lists of 100,000 people, or ten in an order
MOST_LISTS = 100
_lock = threading.Lock()
_kept = WeakKeyDictionary()  # engine → OrderedDict {(account, key): _Entry}, last used last
_NOBODY = frozenset()
_sequences = {}  # form of a list → the sequences of what it comes from; looking through a statement takes 0.2 ms


class Listed(Struct, frozen=True):
    """A list of numbers to be read: a ``query``, and a ``column`` of a statement. Lists with equal keys are the same list."""

    key: tuple | None
    query: object
    column: object


class _Entry(Struct, frozen=True):
    """A value of some ``bytes`` that was read at a Snapshot, from what moves the ``sequences``."""

    snapshot: object
    sequences: frozenset
    value: object
    bytes: int


def listed(query):
    """The Listed of a select of numbers."""
    return Listed(key_of(query), query, as_text(query))


def key_of(query):
    """What tells a select from others: its form and its values. None for one that has no such key."""
    told = query._generate_cache_key()  # what SQLAlchemy itself finds the compiled statement by
    return told and (told.key, tuple(_hashable(bind.effective_value) for bind in told.bindparams))


def _hashable(value):
    return tuple(value) if isinstance(value, list) else value


def packed(numbers):
    """Numbers in a ninth of the memory."""
    try:
        return array("I", numbers)
    except OverflowError:
        return array("q", numbers)


def joined(known, more):
    """The ``packed`` numbers of both."""
    added = packed(more)
    return known + added if known.typecode == added.typecode else packed([*known, *more])


def size_of(numbers):
    """The bytes of what ``packed`` returned, or of None."""
    return 0 if numbers is None else len(numbers) * numbers.itemsize


def forget_all():
    """Keep nothing of what was read so far."""
    with _lock:
        _kept.clear()


def _sequences_of(key, query):
    form = key[0]
    found = _sequences.get(form)
    if found is None:
        if len(_sequences) >= MOST_LISTS:
            _sequences.clear()
        found = _sequences[form] = sequences_of(query)
    return found


class Kept:
    """The lists of an account that hold now, and those that hold but for some people."""

    def __init__(self, account_id):
        self._account_id, self._snapshot = account_id, snapshots.present()
        self._got = set()  # the sequences of each list that was returned
        self._changes = {}  # id of an earlier snapshot → it, and what has changed since
        with _lock:
            self._lists = _kept.setdefault(current_engine(), OrderedDict())

    def get(self, key):
        """The value that was put under this key, None if there is none or it holds no longer."""
        value, changed = self.find(key) or (None, None)
        return None if changed else value

    def find(self, key):
        """``(value, changed)``: the value that was put under this key, and a frozenset of the seqs of people whom it may no longer
        tell the truth about. None if there is none, or it holds no longer.
        """
        place = self._account_id, key
        with _lock:
            found = None if self._snapshot is None or key is None else self._lists.get(place)
        if found is None:
            return None
        holds = self._snapshot.shows_the_same_as(found.snapshot, found.sequences)
        changed = _NOBODY if holds else self._changed_since(found)
        if changed is None:
            return None
        with _lock:
            if self._lists.get(place) is found:
                self._lists.move_to_end(place)
                if not holds and not changed:  # what has changed until now need not be looked through again
                    self._lists[place] = replace(found, snapshot=self._snapshot)
        self._got.add(found.sequences)
        return found.value, changed

    def _changed_since(self, found):
        if not found.sequences:
            return None
        earlier = id(found.snapshot)
        if earlier not in self._changes:
            self._changes[earlier] = found.snapshot, snapshots.changes_since(found.snapshot, self._snapshot)
        changes = self._changes[earlier][1]
        return changes and changes.of(found.sequences)

    def put(self, key, query, value, size):
        """Keep a value of ``size`` bytes that was read by ``query`` since this object was made, unless it is too large."""
        if self._snapshot is None or key is None or size > MOST_BYTES:
            return
        entry = _Entry(self._snapshot, _sequences_of(key, query), value, size)
        with _lock:
            self._lists.pop((self._account_id, key), None)
            self._lists[self._account_id, key] = entry
            taken = sum(each.bytes for each in self._lists.values())
            while taken > MOST_BYTES or len(self._lists) > MOST_LISTS:
                taken -= self._lists.popitem(last=False)[1].bytes

    def in_order(self, key, query, known, changed, is_all=True):
        """The numbers as of ``mended.in_order``; None also if somebody who was looked up for it has changed meanwhile."""
        told = mended.in_order(query, known, changed, is_all)
        if told is None:
            return None
        numbers, looked_up = told
        meanwhile = self.changed_meanwhile(key, query)
        return None if meanwhile is None or meanwhile & looked_up else numbers

    def changed_meanwhile(self, key, query):
        """Who has changed for this list since this object was made, as ``find`` tells it."""
        changes = snapshots.changes_beside(self._snapshot)
        return changes and changes.of(_sequences_of(key, query))

    def holds(self):
        """Whether all that this object has returned would still be the same."""
        present = self._snapshot and snapshots.present()
        return present is not None and all(
            present.shows_the_same_as(self._snapshot, sequences) for sequences in self._got
        )
