"""What stands beside a manager's id is set into the stored text, whatever else the text holds."""

from types import SimpleNamespace

import orjson
import pytest

from scimapp.directory.client_reads.reading import Person
from scimapp.resource_types.users.shown_managers import ShownManagers, managers_in

PEOPLE = "https://x.example/scim/Ac1/v2/Users/"
SHOWN = {"$ref": f"{PEOPLE}m1", "displayName": 'The "boss" é'}
MANAGERS = ShownManagers({"m1": 'The "boss" é', "m2": None}, PEOPLE)
LOOKS_LIKE_ONE = 'x,"manager":{"value":"m1"}'  # in a string, where its quotes are escaped


def row(enterprise):
    blank = SimpleNamespace(**dict.fromkeys(Person._fields))
    return Person(**vars(blank) | {"enterprise": enterprise})


@pytest.mark.parametrize("manager, shown", [
    ({"value": "m1"}, {"value": "m1"} | SHOWN),
    ({"value": "m2"}, {"value": "m2", "$ref": f"{PEOPLE}m2"}),
    ({"value": "m1", "$ref": "https://elsewhere.example/9"}, {"value": "m1"} | SHOWN),
    ({"$ref": "https://elsewhere.example/9", "value": "m1"}, {"value": "m1"} | SHOWN),
    ({"$ref": "https://elsewhere.example/9"}, None),
    ({"value": "gone"}, None),
    ({"value": 'm1"}'}, None),
    ({"value": "m1\\"}, None),
    ({"value": ""}, None),
    ({}, None),
])  # fmt: skip
@pytest.mark.parametrize("before", [{}, {"department": LOOKS_LIKE_ONE}])
@pytest.mark.parametrize("after", [{}, {"division": LOOKS_LIKE_ONE}])
def test_address_and_name_stand_beside_the_id_of_who_is_here(manager, shown, before, after):
    stored = before | {"manager": manager} | after

    text, digest = MANAGERS.in_extension(orjson.dumps(stored))

    assert orjson.loads(text) == stored | {"manager": shown or manager}
    assert len(digest) == (10 if shown else 0)


def test_nobody_is_named_where_no_manager_is():
    text = orjson.dumps({"department": LOOKS_LIKE_ONE})

    assert MANAGERS.in_extension(text) == (text, b"")
    assert managers_in([row(text), row(None)]) == set()


def test_all_who_are_named_are_found_once():
    named = ({"value": "m1"}, {"value": "m1"}, {"value": "m2", "$ref": "x"}, {"$ref": "x"}, {"value": 'a "b"'})

    assert managers_in([row(orjson.dumps({"manager": manager})) for manager in named]) == {"m1", "m2", 'a "b"'}


def test_another_name_is_another_digest():
    text = b'{"manager":{"value":"m1"}}'

    assert MANAGERS.in_extension(text)[1] != ShownManagers({"m1": "Another"}, PEOPLE).in_extension(text)[1]
