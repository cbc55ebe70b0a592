"""Resource types are made once per version of an account's fields; the index keeps letter case where schemas say so."""

from scimapp.directory.fields import custom_fields
from scimapp.directory.people import value_index
from scimapp.resource_types import registry
from scimapp.resource_types.registry import resource_types_of
from scimapp.scim.schemas.core_user import USER_SCHEMA
from scimapp.scim.schemas.enterprise_user import ENTERPRISE_SCHEMA


def test_types_are_kept_until_a_field_changes(account, make_field, statements):
    make_field("code")
    version = account.account.fields_version
    first = resource_types_of(account.scope, version, "urn:kissflow")
    with statements() as log:
        assert resource_types_of(account.scope, version, "urn:kissflow") is first
    assert not log

    custom_fields.archive(account.scope, "code")
    second = resource_types_of(account.scope, version + 1, "urn:kissflow")

    assert second.user.extension.schema.find("code") is None
    assert first.user.extension.schema.find("CODE").name == "code"


def test_the_prefix_of_the_urn_is_a_setting(account):
    types = resource_types_of(account.scope, 1, "urn:example")

    assert types.user.extension.urn == f"urn:example:scim:schemas:extension:{account.id}:2:User"


def test_only_so_many_are_kept_those_that_were_asked_for_last(account, monkeypatch):
    monkeypatch.setattr(registry, "MAXIMUM_KEPT", 2)
    for version in (1, 2, 1, 3):
        resource_types_of(account.scope, version, "urn:bounded")

    assert [version for _, version, *_ in registry._kept] == [1, 3]


def test_names_of_types_ignore_letter_case(account):
    types = resource_types_of(account.scope, 1, "urn:kissflow")

    assert types.named("USER") is types.user
    assert types.named("group") is types.group
    assert types.named("robot") is None


def test_the_index_keeps_the_case_of_what_the_schemas_call_case_exact():
    exact = set()
    for prefix, schema in (("", USER_SCHEMA), ("enterprise.", ENTERPRISE_SCHEMA)):
        for attribute in schema.attributes:
            for sub in attribute.sub_attributes or (None,):
                name = f"{attribute.name}.{sub.name}" if sub else attribute.name
                if (sub or attribute).case_exact and attribute.name not in ("groups", "password"):
                    exact.add(prefix + name.lower())

    assert exact == value_index.CASE_EXACT
