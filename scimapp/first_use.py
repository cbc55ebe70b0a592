"""A property that is computed when it is first used, as ``functools.cached_property`` does, without its lock.

Up to Python 3.11 that lock is one for all objects of the class. A thread that waits for the database while it computes the property of
its object would make all others wait, also the one whose lock in the database it waits for.
"""


class at_first_use:
    """Compute a property of an object once. Threads that share the object may compute it twice. The object needs a ``__dict__``."""

    def __init__(self, compute):
        self._compute, self._name, self.__doc__ = compute, compute.__name__, compute.__doc__

    def __get__(self, one, owner=None):
        if one is None:
            return self
        value = one.__dict__[self._name] = self._compute(one)  # found there from now on
        return value
