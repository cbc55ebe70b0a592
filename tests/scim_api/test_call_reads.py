"""Reads are described for the provisioning log the short way, which says what the long way says."""

import orjson
import pytest

from scimapp.scim_api.call_description import describe
from scimapp.scim_api.call_reads import describe_read
from tests.support.dice import thrown

from .bodies import create, extension, group, person
from .both_ways import told, told_apart, waiting

# What is put into texts of a call: secrets of every kind, and what no line or database takes.
ODD = ("scimAbcdefghij0123456789wxyz", "SCIMabcdefghij0123456789wxyz", "Bearer of-bad-news", "bearer ", "\u202e", "\u2066x", "\0",
       "password", "p%61ssword", "pin=1", "key", "%", "+", "\\", '\\"', "\\u0041", '"', "é", "ß", "\u2013", "\x7f", "\n", "\u2028",
       "/", "//", "?", "&", "filter=", "&filter=x", "&FILTER=userName%20eq%20%22a%22", "count=1", "&count=", " ", "x" * 600,
       "Users", "Groups", "%22", "eq", "]", '],"id":"')  # fmt: skip


def plain_reads(scim, account):
    """Reads of every kind that have nothing odd; what the front saw of each."""
    ana = create(scim, person("Ana", "Ruiz", userName="ana@acme.example", **{extension(account): {"desk": "4"}}))
    create(scim, person("Zoë", "Ibáñez", title='The "best"'))
    team = create(scim, group("Field Sales", ana["id"]), "/Groups")
    waiting()
    scim.get(f"/Users/{ana['id']}")
    scim.get(f"/Users/{ana['id']}", excludedAttributes="groups")
    scim.get(f"/Groups/{team['id']}")
    scim.get("/Users", filter='userName eq "ana@acme.example"', startIndex=1, count=100)
    scim.get("/Users", filter='userName eq "nobody@acme.example"')
    scim.get("/Users", filter='title pr and not (userName eq "x")')
    scim.get("/Users", filter="title pr or name pr", attributes="userName,name.givenName")
    scim.get("/Groups", filter='displayName eq "Field Sales"')
    scim.get("/Users")
    scim.get("/Users", startIndex=1, count=1)
    scim.get("/Users", count=0)
    scim.get("/Groups", startIndex=7)
    return waiting()


def test_plain_reads_are_told_the_short_way(scim, account, make_field):
    make_field("desk", "text")
    calls = plain_reads(scim, account)

    assert len(calls) == 12
    assert [(seen.path, seen.raw_query) for seen in calls if describe_read(seen) is None] == []
    assert told_apart(calls) == ([], 12)


def test_the_kept_list_of_schemas_is_told_as_any_answer(scim, make_field):
    make_field("pin", label="scimAbcdefghij0123456789wxyz")
    waiting()
    answer = scim.get("/Schemas")
    (seen,) = waiting()

    assert len(seen.answer) < len(answer.data)
    assert told(describe(seen)) == told(describe(seen._replace(answer=answer.data, excerpt=None)))


def test_generated_reads_are_told_the_same_both_ways(scim, account, make_field):
    make_field("desk", "text")
    calls, dice = plain_reads(scim, account), thrown()
    varied = [odder(dice.choice(calls), dice) for _ in range(3_000)]

    differing, short = told_apart(varied)

    assert differing == [], differing[0]
    assert 100 < short < 2_900


def odder(seen, dice):
    """A call with odd texts in a few places."""
    for _ in range(dice.randint(1, 2)):
        name = dice.choice(
            ("path", "raw_query", "agent", "address", "answer", "only", "token", "method", "status", "body")
        )
        seen = odd_only(seen, dice) if name == "only" else seen._replace(**{name: odd_value(seen, name, dice)})
    return seen


def odd_value(seen, name, dice):
    value = getattr(seen, name)
    match name:
        case "path":
            noun, rest = dice.choice(("Users", "Groups")), f"/{dice.choice(ODD)}" if seen.excerpt.scim_id else ""
            return dice.choice((spoilt(value, dice), f"{value}/", f"{seen.base}/{noun}{rest}", value.lower()))
        case "raw_query":
            return spoilt(value, dice).encode().decode("latin-1")
        case "agent" | "address":
            return spoilt(value, dice)
        case "answer":
            return spoilt(value.decode(), dice).encode()
        case "token":
            return value._replace(label=spoilt(value.label, dice))
    return dice.choice({"method": ("GET", "HEAD", "POST"), "status": (200, 201, 304), "body": (b"", b"{}", b"x")}[name])


def odd_only(seen, dice):
    """The same with an odd text in the only resource, which is a part of the answer, or with another total."""
    only, excerpt = seen.excerpt.only, seen.excerpt
    if only is None or dice.often(0.3):
        return seen._replace(excerpt=excerpt._replace(total=excerpt.total and dice.randint(0, 3)))
    odd = spoilt(only.decode(), dice).encode()
    if only not in seen.answer or not is_json(odd):
        return seen
    return seen._replace(answer=seen.answer.replace(only, odd), excerpt=excerpt._replace(only=odd))


def spoilt(text, dice):
    place = dice.randint(0, len(text))
    return text[:place] + dice.choice(ODD) + text[place:]


def is_json(raw):
    try:
        return isinstance(orjson.loads(raw), dict)
    except orjson.JSONDecodeError:
        return False


@pytest.mark.parametrize("secret", ["scimAbcdefghij0123456789wxyz", "Bearer of-bad-news", "\u202egnp"])
def test_what_has_to_be_masked_goes_the_long_way(scim, account, secret):
    made = create(scim, person("Ana", "Ruiz", title=secret))
    waiting()
    scim.get(f"/Users/{made['id']}")
    scim.get(f"/Users/{made['id']}", headers={"User-Agent": secret.encode("ascii", "replace").decode()})
    scim.get("/Users", filter=f'title eq "{secret}"')

    for seen in waiting():
        assert describe_read(seen) is None
        assert secret not in str(told(describe(seen)))


def test_a_name_that_becomes_a_secret_when_it_is_put_together_is_masked(scim, account):
    made = create(scim, person("Bearer", "of-bad-news", displayName=None))
    waiting()
    scim.get(f"/Users/{made['id']}", attributes="name")
    (seen,) = waiting()

    assert describe_read(seen).label() == describe(seen).label() == "Bearer ••••"
