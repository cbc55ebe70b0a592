"""Reads are described for the provisioning log the short way, which says what the long way says."""

import pytest

from scimapp.scim_api.calls.call_description import describe
from scimapp.scim_api.calls.call_reads import describe_read
from tests.scim_api.bodies import create, extension, group, person
from tests.support.databases import on_both

from .both_ways import assert_odd_calls_are_told_the_same, told, told_apart, waiting

BODIES = (b"", b"{}", b"x")


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


@on_both
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

    assert_odd_calls_are_told_the_same(plain_reads(scim, account), BODIES)


def test_a_list_at_the_address_of_one_is_told_with_its_counts(scim, account):
    found = [seen for seen in plain_reads(scim, account) if seen.path.endswith(("/Users", "/Groups"))]
    misplaced = [seen._replace(path=f"{seen.path}/1", raw_query="") for seen in found]

    assert found
    assert [describe_read(seen) for seen in misplaced] == [None] * len(misplaced)


@on_both
@pytest.mark.parametrize("secret", ["scimAbcdefghij0123456789wxyz", "Bearer of-bad-news", "\u202egnp"])
def test_what_has_to_be_masked_goes_the_long_way(scim, account, secret):
    made = create(scim, person("Ana", "Ruiz", title=secret))
    waiting()
    scim.get(f"/Users/{made['id']}")
    scim.get(f"/Users/{made['id']}", headers={"User-Agent": secret.encode("ascii", "replace").decode()})
    scim.get("/Users", filter=f'title eq "{secret}"')

    reads = waiting()
    assert [describe_read(seen) for seen in reads] == [None] * 3
    assert [seen for seen in reads if secret in str(told(describe(seen)))] == []


def test_a_name_that_becomes_a_secret_when_it_is_put_together_is_masked(scim, account):
    made = create(scim, person("Bearer", "of-bad-news", displayName=None))
    waiting()
    scim.get(f"/Users/{made['id']}", attributes="name")
    (seen,) = waiting()

    assert describe_read(seen).label() == describe(seen).label() == "Bearer ••••"
