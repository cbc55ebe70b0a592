"""Classes of values: what ``@dataclass(frozen=True, slots=True)`` gives, made in a tenth of the time.

There are two hundred of them, and ``dataclass`` compiles six methods for each, which was a sixth of a start. Here
``dataclass`` only works out the fields. Classes with as many fields share compiled methods, in which each class has the
names of its fields; the others are the same for all. Making a value takes half as long too.
"""

import dataclasses
from functools import cache
from reprlib import recursive_repr
from types import FunctionType
from typing import dataclass_transform

MISSING = dataclasses.MISSING


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def frozen(cls=None, /, *, eq=True):
    """Make a class of values from its annotations, with slots. Two are equal if their fields are, unless ``eq`` is False.

    Fields may be described with ``dataclasses.field``, and ``dataclasses.replace`` and ``fields`` work. What the class
    defines itself stays. Values cannot be pickled.
    """
    if cls is None:
        return lambda cls: frozen(cls, eq=eq)
    cls.__doc__ = cls.__doc__ or cls.__name__  # else dataclass works out a signature for it
    cls = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    fields = dataclasses.fields(cls)
    methods = [_init(cls, fields), __repr__, __setattr__, __delattr__]
    if eq:
        names = [field.name for field in fields if field.compare]
        methods += [FunctionType(_named(code, names), {}) for code in _comparisons(len(names))]
    for method in methods:
        if method.__name__ not in cls.__dict__:
            setattr(cls, method.__name__, method)
    return cls


def _init(cls, fields):
    """``__init__``, which sets the slots past ``__setattr__``."""
    given = [field for field in fields if field.init]
    makes = tuple(number for number, field in enumerate(given) if field.default_factory is not MISSING)
    known = {"MISSING": MISSING}
    for number, field in enumerate(given):
        known[f"set{number}"], known[f"make{number}"] = getattr(cls, field.name).__set__, field.default_factory
    code = _named(_setting(len(given), makes, hasattr(cls, "__post_init__")), [field.name for field in given])
    first = next((n for n, field in enumerate(given) if n in makes or field.default is not MISSING), len(given))
    init = FunctionType(code, known, None, tuple(field.default for field in given[first:]))
    init.__qualname__ = f"{cls.__qualname__}.__init__"  # complaints about arguments begin with it
    return init


@cache
def _setting(count, makes, is_followed):
    """The code of ``__init__`` for ``count`` fields ``f0``, ``f1`` …; those numbered in ``makes`` have a factory."""
    lines = [f"def __init__(self, {', '.join(f'f{n}' for n in range(count))}):", " pass"]
    lines += [f" set{n}(self, {f'make{n}() if f{n} is MISSING else ' if n in makes else ''}f{n})" for n in range(count)]
    return _compiled([*lines, " self.__post_init__()" if is_followed else ""])[0]


@cache
def _comparisons(count):
    """The codes of ``__eq__`` and ``__hash__`` for ``count`` fields ``f0``, ``f1`` …"""
    mine, others = ("".join(f"{one}.f{n}, " for n in range(count)) for one in ("self", "other"))
    return _compiled(
        [
            "def __eq__(self, other):",
            f" return ({mine}) == ({others}) if other.__class__ is self.__class__ else NotImplemented",
            "def __hash__(self):",
            f" return hash(({mine}))",
        ]
    )


def _compiled(lines):
    """The codes of the functions of a text."""
    found = compile("\n".join(lines), "<values>", "exec").co_consts
    return [each for each in found if hasattr(each, "co_code")]


def _named(code, names):
    """The same code for fields of these ``names`` in place of ``f0``, ``f1`` …"""
    name_of = {f"f{number}": name for number, name in enumerate(names)}
    kinds = {
        kind: tuple(name_of.get(each, each) for each in getattr(code, kind)) for kind in ("co_names", "co_varnames")
    }
    return code.replace(**kinds)


@recursive_repr()
def __repr__(self):
    shown = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
    return f"{self.__class__.__qualname__}({', '.join(shown)})"


def __setattr__(self, name, value):
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def __delattr__(self, name):
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
