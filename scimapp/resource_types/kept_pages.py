"""Pages of the list of everybody as they were written, for directories that read the whole list each hour (decision 0156).

A page is kept until the database tells that somebody on it, a group of theirs or the name of a manager has changed
(``same_page``). As much is kept as there is room for. A page that was found here stays for minutes: a directory that reads more
than fits, from one end to the other, would otherwise never find anything. One that nobody has asked for again gives way soon, and
one that can never hold again at once.
"""

import threading
import time
from operator import itemgetter

from msgspec import Struct

from ..directory.client_reads import groups_of_people, same_page
from ..directory.client_reads.everybody import State
from ..directory.client_reads.reading import Person
from ..scim.listing import Joined, Pieces

MAXIMUM_BYTES = 8_000_000  # of all pages, some 5,000 people; the last one that finds room may go beyond it
LARGEST_BYTES = 2_000_000  # of one; people with photos in their documents would make it many times as large
NEW_SECONDS, FOUND_SECONDS = 10, 600  # after a page was put in, and after it was found, in which it is not given up
_BESIDE = 20_000  # bytes of a page beside its text: numbers, and what was told
_version_of = itemgetter(Person._fields.index("version"))


class KeptPage(Struct, frozen=True):
    """A page and what it holds for: the State of the list, the sum of the people's ``versions``, what was told of their groups
    with the ``marks`` of these, and the ``names`` shown of ``managers``. ``numbers`` are those of its people.
    """

    texts: Joined
    state: State
    numbers: list
    versions: int
    groups: tuple
    marks: list
    managers: frozenset
    names: dict

    def holds(self, scope, forms, names_of):
        """Whether the page is still what a list in its State shows. ``names_of(managers)`` gives names as they are."""
        told = same_page.told(scope, self.numbers[0], self.numbers[-1])
        if (told.shifts, told.versions, told.groups) != (self.state.shifts, self.versions, self.groups):
            return False
        groups = groups_of_people.of_told(scope, self.numbers, told.groups, forms)
        return [mark for _, mark in groups] == self.marks and names_of(self.managers) == self.names


class KeptPages:
    """A bounded cache of KeptPages by account, writer, offset and limit."""

    def __init__(self):
        self.size, self._lock = 0, threading.Lock()
        self._kept = {}  # key → (KeptPage, second from which on it may be given up)

    def get(self, key, state):
        """The KeptPage, if it is of this State of the list; None otherwise."""
        with self._lock:
            page, _ = self._kept.get(key, (None, None))
            if page is None or page.state != state:
                return None
            self._kept[key] = page, time.monotonic() + FOUND_SECONDS
        return page

    def put(self, key, state, rows, numbers, told, groups, managers, names, texts):
        """Keep ``texts``, made from everything else, if there is room and they are not too large. Returns them or the same as
        Joined.
        """
        with self._lock:
            self._drop(key)
            if not isinstance(texts, Pieces) or not self._has_room(key[0], state, time.monotonic()):
                return texts
        texts = texts.joined()
        if len(texts.text) > LARGEST_BYTES:
            return texts
        marks, versions = [mark for _, mark in groups], sum(map(_version_of, rows))
        page = KeptPage(texts, state, numbers, versions, tuple(told), marks, frozenset(managers), names)
        with self._lock:
            self._drop(key)
            self._kept[key] = page, time.monotonic() + NEW_SECONDS
            self.size += _size_of(page)
        return texts

    def _has_room(self, account_id, state, now):
        """Whether there is room for one page more, after giving up what may be given up. An account whose list is in this ``state``
        is never in an earlier one again.
        """
        while self.size >= MAXIMUM_BYTES:
            given_up = (
                key
                for key, (page, until) in self._kept.items()
                if until < now or (key[0] == account_id and page.state != state)
            )
            key = next(given_up, None)
            if key is None:
                return False
            self._drop(key)
        return True

    def _drop(self, key):
        page, _ = self._kept.pop(key, (None, None))
        if page is not None:
            self.size -= _size_of(page)


def _size_of(page):
    return len(page.texts.text) + _BESIDE


pages = KeptPages()
