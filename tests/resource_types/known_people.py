"""An account with a few people, each of whom has something that filters get wrong easily."""

from scimapp.directory.changes import GroupDraft, UserChanges, UserDraft
from scimapp.directory.connection.scim_tokens import generate
from scimapp.directory.fields import custom_fields
from scimapp.directory.groups.groups import create as create_group
from scimapp.directory.people import users
from scimapp.directory.scope import token_scope
from scimapp.resource_types.registry import resource_types_of
from scimapp.resource_types.representation import Addresses

ADDRESSES = Addresses("http://people.example/scim/x/v2")
CERTIFICATE = "MAIFAA" + "A" * 2000
LONG = "x" * 210  # longer than a key of the index: eq still works, the others see its beginning
PEOPLE = (
    {"core": {"userName": "ada"}},
    {
        "core": {
            "userName": "Ｂob",
            "name": {"givenName": "Ada", "familyName": "O'Hara"},
            "title": "a_a",
            "emails": [{"value": "Ada@x.example", "type": "work", "primary": True}, {"value": "zz", "type": "home"}],
        },
        "enterprise": {"department": "é", "manager": {"value": "Ada", "$ref": "https://boss.example/Ada"}},
        "custom": {"code": "a%a", "level": 0, "rate": 4.25, "remote": False, "skills": ["ada", "é"]},
        "external_id": "Ada",
    },
    {
        "core": {
            "userName": "carl",
            "name": {"formatted": "ÅDA", "familyName": "zz"},
            "displayName": "E\u0301",
            "nickName": LONG,
            "emails": [{"value": "ada", "type": "home", "primary": True}, {"value": "zz", "type": "work"}],
        },
        "custom": {"level": 42, "remote": True, "skills": ["zz"], "since": "2026-11-23T09:30:00.500Z"},
        "external_id": "ada",
    },
    {
        "core": {
            "userName": "d%",
            "title": "%",
            "emails": [{"type": "work"}],
            "roles": [{"value": "ada", "primary": True}],
            "x509Certificates": [{"value": CERTIFICATE}],
        },
        "enterprise": {"department": "E"},
        "custom": {"since": "2026-11-23T09:30:00Z", "rate": -1},
        "active": False,
    },
)


def populate(account):
    """``(scope, types, account)``: PEOPLE are in the account, some of them in groups."""
    account.make_field("code")
    account.make_field("level", "integer")
    account.make_field("rate", "number")
    account.make_field("remote", "boolean")
    account.make_field("since", "datetime")
    account.make_field("skills", multi_valued=True)
    account.make_field("old")
    token, _ = generate(account.scope, "Filter", "generic", activate=True)
    scope = token_scope(token)
    rows = [users.provision(scope, UserDraft(**person)) for person in PEOPLE]
    ada = create_group(scope, GroupDraft("Ada", member_ids=(rows[1].scim_id, rows[2].scim_id)))
    create_group(scope, GroupDraft("a_a", member_ids=(rows[1].scim_id,)))
    create_group(scope, GroupDraft("zz", member_ids=(ada.id, rows[2].scim_id)))
    users.update(scope, rows[3].id, UserChanges(core={"title": "%"}, custom={"old": "x"}))
    users.update(scope, rows[0].id, UserChanges(custom={"old": "x"}))
    users.update(scope, rows[2].id, UserChanges(enterprise={"manager": {"value": rows[1].scim_id}}))
    custom_fields.archive(account.scope, "old")
    return scope, resource_types_of(scope, 1000, "urn:kissflow"), account
