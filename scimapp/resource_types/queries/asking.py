"""Parametrised conditions: made once and run again for other accounts, connections and values.

A place makes its conditions for a ``Scope`` or for an ``Asking`` in its stead. With an ``Asking``, the account, the
connection and each value of the filter are parameters, which ``arguments`` fills in.
"""

from sqlalchemy import bindparam

from ...directory.scope import own_rows


class Given(str):
    """A quoted value of a filter. ``number`` counts these values from 0 in the order of the text."""

    __slots__ = ("number",)


def given(comparison):
    """The value of a Comparison, as a Given if it was quoted."""
    value = comparison.value
    if comparison.number is not None and isinstance(value, str):
        value = Given(value)
        value.number = comparison.number
    return value


class Asking:
    """Stands for a scope while a statement is made. ``fixed`` holds the numbers of values that the statement depends on."""

    account_id = bindparam("account_id")
    connection_id = bindparam("connection_id")

    def __init__(self, is_open=True):
        self.actor = self
        self.is_open = is_open  # False: values stay literal
        self._open = []  # (name, number of the value, its function)
        self._refusing = []  # those whose function refuses some values
        self.fixed = set()

    def select(self, model, *columns, by_number=False):
        """As ``Scope.select``."""
        return own_rows(model, *columns, by_number=by_number)

    @staticmethod
    def parameter(name):
        """A parameter whose value is given in addition to ``arguments``."""
        return bindparam(name)

    def open(self, value, function, type_, may_refuse=False):
        """A parameter for ``function`` of a value of the filter. ``may_refuse``: it raises InvalidFilter for some."""
        name = f"value_{len(self._open)}"
        self._open.append((name, value.number, function))
        if may_refuse:
            self._refusing.append((value.number, function))
        return bindparam(name, type_=type_)

    def check(self, values):
        """Raise InvalidFilter if one of a filter's values cannot stand where it does."""
        for number, function in self._refusing:
            function(values[number])

    def depends_on(self, count):
        """The numbers of the values, of ``count`` in all, that the statement depends on beyond parameters."""
        return sorted({*range(count)} - {number for _, number, _ in self._open} | self.fixed)

    def arguments(self, scope, values):
        """The parameters for a scope and the values of a filter."""
        given = {name: function(values[number]) for name, number, function in self._open}
        given["account_id"] = scope.account_id
        given["connection_id"] = scope.actor.connection_id or ""  # no connection has the id ""
        return given


def key_of(scope, value, function, type_=None, may_refuse=False):
    """``function(value)``, or a parameter for it. ``may_refuse`` as in ``Asking.open``."""
    if isinstance(scope, Asking) and scope.is_open and isinstance(value, Given):
        return scope.open(value, function, type_, may_refuse)
    return function(value)


def decided_by(scope, value):
    """Make the statement depend on ``value`` itself. Returns it."""
    if isinstance(scope, Asking) and scope.is_open and isinstance(value, Given):
        scope.fixed.add(value.number)
    return value
