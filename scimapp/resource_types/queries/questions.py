"""The statements of list queries ("questions"), made once for each form of filter and order and run again with other values.

Making the statements takes a hundred times as long as the database needs to answer them, and identity providers ask the same
few questions. ``question_of`` keeps the newest ones.
"""

import threading
from collections import OrderedDict
from functools import partial

from ...database.statements import Prepared
from ...directory.client_reads.people_found_first import answers_quickly
from ...directory.client_reads.reading import FEW, finds_few_at_once, value_statement
from ...scim.cursor import Position
from ...scim.errors import InvalidFilter
from ...scim.filter.form import form_of
from .asking import Asking
from .filter_sql import condition
from .first_tries import FirstTries
from .linked import all_lists_of
from .sort_sql import after, key_value, order, order_by, sort_key, sort_values

MAXIMUM_KEPT = 200  # forms of questions of all accounts
MAXIMUM_ALIKE = 4  # of one form, whose statements differ because they depend on a value
LONGEST_KEPT = 1_000  # characters of a form; no client asks a longer one regularly
# Characters of all forms together: each costs up to 5 kB per statement, so without a limit a token that asks ever new heavy
# questions could fill gigabytes.
MAXIMUM_TEXT = 8_000
_kept = OrderedDict()
_lock = threading.Lock()


class Question:
    """The statements of one question about one resource type. ``values`` are the values of its filter, as parameters.

    ``is_narrowed``: there is a filter. ``is_plain``: the question is for everybody in the order of creation.

    Raises InvalidFilter, InvalidPath, Sensitive for attributes without a place in the tables.
    """

    def __init__(self, resource_type, addresses, tree, sort_by, descending, values=()):
        self._resource_type, self._sort_by, self._descending = resource_type, sort_by, descending
        self._places = places = resource_type.places_at(addresses)
        self._asking = asking = Asking(is_open=bool(values))
        self._conditions = () if tree is None else (condition(tree, asking, places),)
        self._order = order(sort_by, descending, asking, places)
        self._key = None if sort_by is None else sort_key(sort_by, asking, places)
        keys = None if resource_type.in_lists is None else sort_values(sort_by, asking, places)
        self._keys = None if keys is None else keys.subquery()  # sort keys of everybody who has one
        self._prepared = {}
        self.is_narrowed = tree is not None
        self.is_plain = tree is None and sort_by is None
        is_unordered = self.is_narrowed and not self._order
        self._may_find_few = is_unordered and resource_type.few_statement is not None
        self._lists = (
            all_lists_of(places.owner, *self._conditions) if is_unordered and resource_type.in_lists is not None else ()
        )
        self._found_few = True
        has_tries = self._may_find_few and answers_quickly()
        self._tries = FirstTries(places.owner, *self._conditions) if has_tries else None
        self.decided_by = [(number, values[number]) for number in asking.depends_on(len(values))]

    def takes(self, values):
        """Whether none of these values of the filter is refused where it stands, as a text that is no moment is."""
        try:
            self._asking.check(values)
        except InvalidFilter:
            return False
        return True

    def find(self, scope, values, offset, limit, has_more=True):
        """``(rows, total)``: the rows of ``page``, and how many rows match in all.

        Most searches find one person or nobody, so the first try reads up to ``FEW`` rows without paging. After a
        question has found more, SQLite is not asked this way until it has found few again (for Postgres see FirstTries).
        """
        rows = self._few(scope, values, has_more) if self._may_find_few and limit else None
        if rows is not None:
            return _in_order(rows)[offset : offset + limit], len(rows)
        rows = self.page(scope, values, offset, limit, has_more) if limit else []
        tells_total = self.is_narrowed and len(rows) < limit and (rows or not offset)
        total = offset + len(rows) if tells_total else self.count(scope, values)
        self._found_few = total <= FEW
        return rows, total

    def _few(self, scope, values, has_more):
        """All rows that match, in no order, if the first try finds them; None if there are more, or no try is made."""
        kind = self._resource_type
        if finds_few_at_once():
            if not self._found_few:
                return None
            statement = self._made(
                ("few", has_more), lambda: kind.few_statement(self._asking, self._conditions, has_more)
            )
            rows = statement.all(**self._asking.arguments(scope, values))
            return rows if len(rows) <= FEW else None
        turn = self._tries.turn() if self._tries is not None else None
        if turn is None:
            return None
        statement = self._made(("first", turn, has_more), lambda: self._tries.statement(turn, has_more))
        return self._tries.people(turn, statement.all(**self._asking.arguments(scope, values)))

    def page(self, scope, values, offset, limit, has_more=True):
        """Up to ``limit`` rows, starting at ``offset``. ``has_more`` as in the resource type."""
        if self._starts_from_lists():
            return self._page_of_lists(None, has_more, scope, values, offset=offset, limit=limit)
        return self._page("page", self._conditions, has_more, scope, values, offset=offset, limit=limit)

    def page_after(self, scope, values, place, limit, has_more=True):
        """Up to ``limit`` rows after a Position (None: from the beginning)."""
        if place is None:
            return self.page(scope, values, 0, limit, has_more)
        if self._starts_from_lists():
            behind = Asking.parameter("after_seq")
            return self._page_of_lists(behind, has_more, scope, values, offset=0, limit=limit, after_seq=place.seq)
        position = Position(Asking.parameter("after_seq"), None if place.key is None else Asking.parameter("after_key"))
        key = self._keys.c.key if self._starts_from_keys() else None
        further = after(position, self._sort_by, self._descending, self._asking, self._places, key=key)
        name = "after" if place.key is None else "after a key"
        given = {"after_seq": place.seq} | ({} if place.key is None else {"after_key": key_value(place.key)})
        return self._page(name, (*self._conditions, further), has_more, scope, values, offset=0, limit=limit, **given)

    def count(self, scope, values):
        """How many rows match."""
        if not self.is_narrowed:
            return self._resource_type.count(scope)
        if self._starts_from_lists():
            statement = self._made(
                "count of lists", lambda: self._resource_type.in_lists.count_statement(self._asking, self._lists)
            )
        else:
            statement = self._made("count", lambda: self._resource_type.count_statement(self._asking, self._conditions))
        total = statement.scalar(**self._asking.arguments(scope, values))
        self._found_few = total <= FEW
        return total

    def key_of(self, scope, values, seq):
        """The sort key of the row with this number; None without an order or if the row has no value."""
        if self._key is None:
            return None
        statement = self._made("key", lambda: value_statement(self._asking, self._places.owner, self._key))
        return statement.scalar(**self._asking.arguments(scope, values), seq=seq)

    def _starts_from_lists(self):
        """Whether people are read from lists. A single list with few rows gains nothing from that."""
        return (
            self._lists
            and (len(self._lists) > 1 or not self._found_few)
            and self._resource_type.in_lists.answers_quickly()
        )

    def _starts_from_keys(self):
        """Whether the keys to sort by are read as one list."""
        return self._keys is not None and self._resource_type.in_lists.answers_quickly()

    def _page_of_lists(self, behind, has_more, scope, values, **given):
        statement = self._made(
            ("page of lists", behind is None, has_more),
            lambda: self._resource_type.in_lists.page_statement(self._asking, self._lists, has_more, behind),
        )
        return _in_order(statement.all(**self._asking.arguments(scope, values), **given))

    def _page(self, name, conditions, has_more, scope, values, **given):
        if self._starts_from_keys():
            make, order = self._resource_type.in_lists.sorted_statement, partial(order_by, descending=self._descending)
            arguments = self._asking, self._keys, conditions, order, has_more
        else:
            make, arguments = self._resource_type.page_statement, (self._asking, conditions, self._order, has_more)
        statement = self._made((name, has_more), lambda: make(*arguments))
        rows = statement.all(**self._asking.arguments(scope, values), **given)
        return rows if self._order else _in_order(rows)

    def _made(self, name, make):
        """The Prepared of this name, made once."""
        if name not in self._prepared:
            self._prepared[name] = Prepared(make())
        return self._prepared[name]


def _in_order(rows):
    """Rows in the order of creation, by their number in the first column."""
    return rows if len(rows) < 2 else sorted(rows)


def question_of(resource_type, addresses, sent, read):
    """``(Question, values)`` for ``sent``, which is ``(dialect, filter, order, whether descending)``.

    ``read()`` returns the parsed filter and order as ``(tree, path)`` and raises if they cannot be parsed. It is not called
    for a known question.
    """
    dialect, text, order_text, descending = sent
    form, values = form_of(text) if text else ("", [])
    if form is None:
        return Question(resource_type, addresses, *read(), descending), []
    key = (resource_type.description, addresses.base_url, dialect, form, order_text, descending)
    with _lock:
        alike = _kept.get(key, ())
        if alike:
            _kept.move_to_end(key)
    for question in alike:
        if not question.decided_by or all(values[number] == value for number, value in question.decided_by):
            if question.takes(values):
                return question, values
            break  # the filter is read with its values, which tells where the refused one stands
    question = Question(resource_type, addresses, *read(), descending, values)
    if len(form) + len(order_text) <= LONGEST_KEPT:
        _keep(key, question)
    return question, values


def _keep(key, question):
    """Keep the newest questions within the limits per form, in all, and of ``MAXIMUM_TEXT``."""
    with _lock:
        _kept[key] = (question, *_kept.get(key, ()))[:MAXIMUM_ALIKE]
        _kept.move_to_end(key)
        while len(_kept) > MAXIMUM_KEPT or sum(map(_weight, _kept.items())) > MAXIMUM_TEXT:
            _kept.popitem(last=False)


def _weight(item):
    (_, _, _, form, order_text, _), alike = item
    return (len(form) + len(order_text)) * len(alike)
