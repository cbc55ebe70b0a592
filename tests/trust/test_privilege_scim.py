"""No way over SCIM to more than the maker of the token may give (security R5–R8, M1–M7, M12).

Every attribute that SCIM can write, every custom field, groups with and without a rule, adoption, and the ids that a
client chooses: whatever is sent, a role is reached by the one road that the account opened, and no further.
"""

import itertools

import pytest

from scimapp.database import db
from scimapp.directory.accounts import accounts
from scimapp.directory.connection import scim_tokens
from scimapp.directory.errors import OwnerIsProtected
from scimapp.directory.groups import role_rules
from scimapp.directory.model import User, UserDocument
from scimapp.directory.people import users
from scimapp.directory.roles import Role
from scimapp.directory.scope import person_scope, server_scope
from scimapp.scim.schemas.core_user import USER_SCHEMA
from scimapp.scim.schemas.enterprise_user import ENTERPRISE_SCHEMA
from tests.scim_api.bodies import CORE, ENTERPRISE, create, extension, group, person
from tests.support.doors import ScimClient

from .routes import SAFE, routes
from .rows import fingerprint

ROLES = ("owner", "super_admin", "user_admin", "Account Owner", "Super Admin", "User Admin", "administrator")
CALLS = ("scim_calls", "scim_call_bodies", "scim_call_hours", "scim_tokens", "accounts", "audit_entries")


@pytest.fixture
def token_of(account, make_user):
    """``token_of(role)`` → a SCIM client with a token whose maker has that role."""

    def make(role):
        for token in scim_tokens.live(account.scope):
            if token.label == f"By {role}":  # an account has five that answer, at most
                scim_tokens.revoke(account.scope, token.id)
        made, secret = scim_tokens.generate(person_scope(make_user(role)), f"By {role}", "generic", activate=True)
        client = ScimClient(account.app, account.id, secret, "generic")
        client.token_id = made.id
        return client

    return make


def role_of(scope, user_id):
    db.session.close()
    return Role(users.get(scope, user_id).role)


def values_of(role):
    """Every attribute of a person with a role as its value, in the shape that its schema asks for."""
    for schema in (USER_SCHEMA, ENTERPRISE_SCHEMA):
        for attribute in schema.attributes:
            value = _value(attribute, role)
            named = {attribute.name: [value] if attribute.multi_valued else value}
            yield named if schema is USER_SCHEMA else {ENTERPRISE: named}


def _value(attribute, role):
    if attribute.sub_attributes:
        return {part.name: _value(part, role) for part in attribute.sub_attributes}
    return True if attribute.type == "boolean" else role


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_attribute_and_no_field_is_a_role(account, scope, scim, make_field):
    """By POST, PUT and both kinds of PATCH; what is refused is refused whole."""
    make_field("role", "text", label="Role")
    sent = 0
    for role in ("owner", "super_admin", "User Admin"):
        made = create(scim, person("Ann", "Climber"))
        own = {extension(account): {"role": role}}
        for value in (
            *values_of(role),
            own,
            {"role": role},
            {"given_role": role},
            {"is_admin": True},
            {"permissions": [role]},
        ):
            body = (
                {"schemas": [CORE, ENTERPRISE, extension(account)]} | person("Ann", userName=made["userName"]) | value
            )
            scim.post("/Users", body | {"userName": f"c{sent}@corp.example", "emails": []})
            scim.put(f"/Users/{made['id']}", body)
            scim.patch(f"/Users/{made['id']}", replace=value)
            scim.patch(
                f"/Users/{made['id']}", *({"op": "add", "path": name, "value": part} for name, part in value.items())
            )
            sent += 4
    roles = set(db.session.scalars(scope.select(User, User.role).where(User.id != account.owner.id)))
    assert roles == {"member"}
    assert sent > 350


@pytest.mark.parametrize("allowed", ["never", "user_admin"])
def test_a_directory_gives_no_more_than_the_maker_of_its_token_and_never_more_than_user_admin(
    scope, account, make_user, token_of, allowed
):
    accounts.change_options(scope, directory_roles=allowed)
    for maker, named in itertools.product(("user_admin", "super_admin"), ROLES):
        scim = token_of(maker)
        sent = {
            "roles": [{"value": named, "type": named, "primary": True}],
            "entitlements": [{"value": named}],
            "userType": named,
        }
        made = scim.post("/Users", person("Ann", "Climber") | sent)
        scim.patch(f"/Users/{made.json['id']}", replace=sent)
        opened = allowed == "user_admin" and named == "User Admin" or allowed == "user_admin" and named == "user_admin"
        assert role_of(scope, made.json["id"]) == (Role.USER_ADMIN if opened else Role.MEMBER), (maker, named)


def test_a_group_gives_a_role_through_a_rule_and_to_those_who_may_give_it(scope, token_of, make_group):
    """Names of groups give nothing; a rule is made at the screens, by those who may, and reaches as far as the token."""
    low, high = token_of("user_admin"), token_of("super_admin")
    for name in ROLES:
        made = create(low, person("Ann", "Climber"))
        create(low, group(name, made["id"]), "/Groups")
        assert role_of(scope, made["id"]) is Role.MEMBER, name
    strong = create(high, group("Strong"), "/Groups")
    role_rules.set_rule(scope, strong["id"], Role.SUPER_ADMIN)
    climber = create(low, person("Ann", "Climber"))
    joined = low.patch(f"/Groups/{strong['id']}", {"op": "add", "path": "members", "value": [{"value": climber["id"]}]})
    inner = low.post("/Groups", group("Inner", climber["id"]))
    nested = low.patch(
        f"/Groups/{strong['id']}",
        {"op": "add", "path": "members", "value": [{"value": inner.json["id"], "type": "Group"}]},
    )
    assert (joined.status_code, nested.status_code) == (403, 403)
    assert role_of(scope, climber["id"]) is Role.MEMBER
    assert (
        high.patch(
            f"/Groups/{strong['id']}", {"op": "add", "path": "members", "value": [{"value": climber["id"]}]}
        ).status_code
        == 200
    )
    assert role_of(scope, climber["id"]) is Role.SUPER_ADMIN
    assert low.delete(f"/Groups/{strong['id']}").status_code == 403
    assert low.patch(f"/Users/{climber['id']}", replace={"active": False}).status_code == 403


@pytest.mark.parametrize("target", ["owner", "super_admin"])
def test_a_token_below_them_leaves_the_strong_alone_by_every_verb(scope, account, make_user, token_of, target):
    """Also when it calls them by name, to adopt them: no verb takes over, renames, re-mails, stops or removes."""
    them, scim = make_user(target), token_of("user_admin")
    was = users.get(scope, them.id)
    before = (was.user_name, was.email, was.active, was.role, was.password_hash, was.scim_id, was.session_epoch)
    where, stolen = f"/Users/{them.scim_id}", [{"value": "mine@evil.example", "primary": True}]
    body = person("Ann", userName=them.user_name, emails=stolen, externalId="1")
    answers = [
        scim.post("/Users", body),
        scim.put(where, body),
        scim.put(where, body | {"active": False, "emails": [{"value": them.email}]}),
        scim.put(where, body | {"userName": "mine@evil.example"}),
        scim.patch(where, replace={"emails": stolen}),
        scim.patch(where, replace={"userName": "mine@evil.example"}),
        scim.patch(where, replace={"active": False}),
        scim.patch(where, {"op": "remove", "path": "emails"}),
        scim.patch(where, {"op": "replace", "path": 'emails[type eq "work"].value', "value": "mine@evil.example"}),
        scim.delete(where),
        scim.post("/Bulk", {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
                            "Operations": [{"method": "DELETE", "path": where}]}),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers[:-1]] == [
        409,
        *[403] * 6,
        answers[7].status_code,
        answers[8].status_code,
        403,
    ]
    assert answers[7].status_code >= 400 or users.get(scope, them.id).email == them.email
    assert answers[-1].json["Operations"][0]["status"] == "403"
    db.session.close()
    now = users.get(scope, them.id)
    assert (now.user_name, now.email, now.active, now.role, now.password_hash, now.scim_id, now.session_epoch) == before


def test_the_owner_is_out_of_reach_of_every_token_and_of_the_shell(scope, account, token_of):
    scim = token_of("super_admin")
    for answer in (
        scim.patch(f"/Users/{account.owner.scim_id}", replace={"active": False}),
        scim.patch(f"/Users/{account.owner.scim_id}", replace={"userName": "x@evil.example"}),
        scim.delete(f"/Users/{account.owner.scim_id}"),
    ):
        assert answer.status_code == 403
    for act in (users.deactivate, lambda shell, user_id: users.remove(shell, account.owner.scim_id)):
        with pytest.raises(OwnerIsProtected):
            act(server_scope(account.id), account.owner.id)


def test_an_external_id_is_never_an_internal_one(scope, account, scim, make_user):
    """Whatever a client calls somebody, it opens nothing: not the row number, the id or the address of somebody else."""
    victim = make_user("super_admin")
    everybody = scope.select(User, User.id, User.scim_id, User.email, User.role, User.external_id, User.connection_id)
    before = set(db.session.execute(everybody).all())
    for stolen in (
        "1",
        "0",
        str(victim.seq),
        victim.id,
        victim.scim_id,
        victim.email,
        victim.user_name,
        account.owner.id,
        "admin",
    ):
        made = create(
            scim, person("Ann", "Other", externalId=stolen, id=victim.scim_id, meta={"resourceType": "Group"})
        )
        assert made["id"] not in (stolen, victim.scim_id), stolen
        assert made["externalId"] == stolen
        assert scim.get(f"/Users/{stolen}").status_code == (
            200 if stolen in (victim.scim_id, account.owner.id) else 404
        ), stolen
        found = scim.get("/Users", filter=f'externalId eq "{stolen}"').json
        assert [each["id"] for each in found["Resources"]] == [made["id"]], stolen
        scim.delete(f"/Users/{made['id']}")
    assert before <= set(db.session.execute(everybody).all())


def test_nothing_is_stored_that_no_schema_names(scope, scim):
    """Unknown and read-only attributes, dunder names, and the columns of the table itself."""
    names = ("__class__", "__proto__", "constructor", "prototype", "role", "account_id", "password_hash", "session_epoch", "seq",
             "verified_at", "emailVerified", "created_at", "state", "connection_id", "is_admin", "x.y", "name.__class__")  # fmt: skip
    sent = dict.fromkeys(names, "5") | {
        "groups": [{"value": "x"}],
        "id": "x",
        "meta": {"created": "1999-01-01T00:00:00Z"},
    }
    made = create(scim, person("Ann", "Massive") | sent)
    path = f"/Users/{made['id']}"
    scim.put(path, person("Ann", userName=made["userName"]) | sent)
    scim.patch(path, replace=sent)
    for name in names:
        assert scim.patch(path, {"op": "add", "path": name, "value": "5"}).status_code in (200, 204, 400), name

    shown = scim.get(path).json
    assert not set(names) & set(shown)
    assert shown["meta"]["created"] == made["meta"]["created"]
    row = db.session.scalars(scope.select(User).where(User.id == made["id"])).one()
    stored = db.session.scalars(scope.select(UserDocument).where(UserDocument.user_seq == row.seq)).one()
    assert (row.account_id, row.role, row.password_hash, row.verified_at) == (scope.account_id, "member", None, None)
    assert not [name for name in names if name in str((stored.core, stored.enterprise, stored.custom))]


def test_every_address_wants_a_token_that_works(app, account, scim, token_of, page):
    """Without, revoked, paused, and with a session: no SCIM route does anything (security T7, T10, T11, T14)."""
    revoked = token_of("super_admin")
    scim_tokens.revoke(account.scope, revoked.token_id)
    before = fingerprint(account.id, leaving_out=CALLS)
    knocks = 0
    for route in routes(app, "scim_api"):
        if route.endpoint == "scim_api.service_provider_config":
            continue
        path = route.address(None, account.id)
        path = path[path.index("/v2") + 3 :]
        body = None if route.method in SAFE else {"schemas": [CORE], "userName": "x@acme.example"}
        for client in (scim.with_token(None), revoked.with_token(revoked.token)):
            if client.token is None and route.endpoint == "scim_api.me" and route.is_safe:
                continue  # who is signed in at the browser may look at themselves
            assert client.open(route.method, path, body).status_code == 401, route
            knocks += 1
        if route.endpoint != "scim_api.me":
            answer = page.visitor.open(route.address(None, account.id), method=route.method, json=body)
            assert answer.status_code == 401, f"{route} with a session"
            knocks += 1
    assert fingerprint(account.id, leaving_out=CALLS) == before
    assert knocks > 60
