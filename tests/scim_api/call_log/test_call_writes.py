"""Writes are described for the provisioning log the short way, which says what the long way says."""

import orjson
import pytest

from scimapp.scim_api.calls.call_description import describe
from scimapp.scim_api.calls.call_writes import describe_write
from tests.scim_api.bodies import create, extension, group, op, person

from .both_ways import assert_odd_calls_are_told_the_same, told, told_apart, waiting

BODIES = (
    b"",
    b"{}",
    b"x",
    b'{"password":"x7f2k9qa"}',
    b'{"active":false}',
    b'{"members":[{"value":"a"}],"active":"True"}',
)


def plain_writes(scim, account):
    """Writes of every kind that identity providers send; what the front saw of each."""
    waiting()
    ana = create(scim, person("Ana", "Ruiz", password="x7f2k9qa", active=True, **{extension(account): {"desk": "4"}}))
    zoe = create(scim, person("Zoë", "Ibáñez", title='The "best"'))
    team = create(scim, group("Field Sales", ana["id"]), "/Groups")
    scim.put(f"/Users/{ana['id']}", ana | {"title": "Baker"})
    scim.put(f"/Users/{ana['id']}", ana | {"active": False, "password": "x7f2k9qa"})
    scim.put(f"/Groups/{team['id']}", group("Field Sales", ana["id"], zoe["id"]))
    one, many = f"/Users/{zoe['id']}", f"/Groups/{team['id']}"
    for path, *operations in (
        (one, op("replace", None, {"active": False})),
        (one, op("replace", "active", True)),
        (one, op("replace", "active", False), op("replace", "title", "Driver")),
        (one, op("add", "title", "Cook"), op("replace", "name.givenName", "Zoé")),
        (one, op("replace", None, {"active": True, "name": {"familyName": "Ruiz"}})),
        (many, op("add", "members", [{"value": zoe["id"]}]), op("replace", "displayName", "Sales")),
        (many, op("remove", f'members[value eq "{zoe["id"]}"]', None)),
    ):
        assert scim.patch(path, *operations).status_code == 200
    scim.delete(one)
    scim.delete(many)
    return waiting()


def test_plain_writes_are_told_the_short_way(scim, account, make_field):
    make_field("desk", "text")
    calls = plain_writes(scim, account)

    assert len(calls) == 15
    assert [(seen.method, seen.path) for seen in calls if describe_write(seen) is None] == []
    assert told_apart(calls) == ([], 15)


def test_generated_writes_are_told_the_same_both_ways(scim, account, make_field):
    make_field("desk", "text")

    assert_odd_calls_are_told_the_same(plain_writes(scim, account), BODIES)


@pytest.mark.parametrize("name", ["password", "Password", "p\\u0061ssword"])
def test_the_password_of_somebody_new_is_masked_wherever_it_stands(scim, name):
    body = person("Ana", "Ruiz", title="is x7f2k9qa", **{name.replace("\\u0061", "a"): "x7f2k9qa"})
    waiting()
    create(scim, body)
    (seen,) = waiting()
    seen = seen._replace(body=seen.body.replace(b'password"', name.encode() + b'"'), agent="x7f2k9qa/1.0")

    assert "x7f2k9qa" not in str(told(seen()))
    assert told(seen()) == told(describe(seen))


@pytest.mark.parametrize("beside", [{}, {"password": "x7f2k9qa"}])
@pytest.mark.parametrize(
    "name", ["\u017fecret", "to\u212aen", "p\u0131n", "p\u0130n", "credent\u0131al", "pa\u017fswd"]
)
def test_a_secret_is_masked_however_it_is_spelled(scim, name, beside):
    body = person("Ana", "Ruiz", **beside) | {name: "y8g3l0rb"}
    waiting()
    create(scim, body)
    (seen,) = waiting()
    seen = seen._replace(body=orjson.dumps(body))
    kept = str(told(seen()))

    assert not any(secret in kept for secret in ("x7f2k9qa", "y8g3l0rb"))


@pytest.mark.parametrize("secret", ["scimAbcdefghij0123456789wxyz", "Bearer of-bad-news", "\u202egnp"])
def test_what_has_to_be_masked_in_a_write_is_masked(scim, secret):
    waiting()
    create(scim, person("Ana", "Ruiz", title=secret))
    (seen,) = waiting()

    assert secret not in str(told(seen()))


def test_what_a_write_was_warned_of_is_told(scim):
    waiting()
    create(scim, person("Ana", "Ruiz", nonsense=1))
    (seen,) = waiting()

    assert describe_write(seen) is None
    assert seen().columns["warnings"]
