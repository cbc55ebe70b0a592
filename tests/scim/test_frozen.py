"""Classes of values behave as those of dataclass, which they stand in for."""

import dataclasses

import pytest

from scimapp.frozen import frozen


class Named:
    __slots__ = ()

    def greeting(self):
        return f"Hello {self.name}"


def made(maker):
    @maker
    class Person(Named):
        """Somebody."""

        name: str
        age: int = 7
        groups: list = dataclasses.field(default_factory=list)
        note: str = dataclasses.field(default="", compare=False, repr=False)
        is_old: bool = dataclasses.field(init=False, compare=False)

        def __post_init__(self):
            object.__setattr__(self, "is_old", self.age > 6)

    return Person


KINDS = {"ours": made(frozen), "dataclass": made(dataclasses.dataclass(frozen=True, slots=True))}


def both(ask):
    """What ``ask`` gives for both kinds of class, an error as its text; they must agree."""
    found = []
    for kind in KINDS.values():
        try:
            found.append(ask(kind))
        except (TypeError, AttributeError) as error:
            found.append(f"{type(error).__name__}: {error}")
    ours, theirs = found
    assert ours == theirs
    return ours


@pytest.mark.parametrize(
    "arguments, named",
    [
        (("Ada",), {}),
        (("Ada", 5), {}),
        (("Ada",), {"groups": ("a",), "note": "x"}),
        ((), {}),
        ((), {"age": 1}),
        (("Ada", 1, (), "", True), {}),
        (("Ada",), {"name": "Bo"}),
        (("Ada",), {"nickname": "A"}),
    ],
)
def test_values_are_made_and_refused_as_by_dataclass(arguments, named):
    told = both(lambda kind: str(kind(*arguments, **named)))

    assert told.startswith(("made.<locals>.Person(name='Ada'", "TypeError: made.<locals>.Person.__init__() "))


def test_a_factory_makes_a_new_value_each_time():
    assert both(lambda kind: kind("a").groups is kind("a").groups) is False
    assert both(lambda kind: kind("a").groups) == []


@pytest.mark.parametrize("other, is_same", [(("Ada",), True), (("Ada", 7, (), "x"), True), (("Ada", 8), False)])
def test_fields_that_are_compared_make_values_equal(other, is_same):
    assert both(lambda kind: kind("Ada", groups=()) == kind(*other[:2], groups=(), note="".join(other[3:]))) is is_same
    assert both(lambda kind: hash(kind("Ada", groups=())) == hash(kind(*other[:2], groups=()))) is is_same


def test_a_value_equals_none_of_another_class():
    ours, theirs = (kind("Ada") for kind in KINDS.values())

    assert ours != theirs and ours != ("Ada", 7, [])


@pytest.mark.parametrize("name", ["name", "is_old", "unknown"])
def test_nothing_is_set_or_deleted(name):
    with pytest.raises(dataclasses.FrozenInstanceError, match=f"cannot assign to field '{name}'"):
        setattr(KINDS["ours"]("Ada"), name, 1)
    with pytest.raises(dataclasses.FrozenInstanceError, match=f"cannot delete field '{name}'"):
        delattr(KINDS["ours"]("Ada"), name)
    assert both(lambda kind: hasattr(kind("Ada"), "__dict__")) is False


def test_the_tools_of_dataclasses_work():
    assert both(lambda kind: str(dataclasses.replace(kind("Ada"), age=3))).endswith("age=3, groups=[], is_old=False)")
    assert both(lambda kind: [field.name for field in dataclasses.fields(kind)])[-1] == "is_old"
    assert both(lambda kind: kind.__match_args__) == ("name", "age", "groups", "note")
    assert both(lambda kind: kind("Ada").greeting()) == "Hello Ada"


def test_values_without_equality_are_told_apart_by_what_they_are():
    @frozen(eq=False)
    class Token:
        secret: str

        def __repr__(self):
            return "Token(…)"

    one, other = Token("a"), Token("a")

    assert one != other and len({one, other}) == 2
    assert repr(one) == "Token(…)"


def test_a_value_that_holds_itself_is_shown():
    groups = []
    groups.append(KINDS["ours"]("Ada", groups=groups))

    assert "groups=[...]" in repr(groups[0])
