"""What SCIM calls leave in the provisioning log: every one of them, at no one's expense, and never a secret."""

import io

import orjson
import pytest
from sqlalchemy import text

from scimapp.database import db
from scimapp.directory.calls import call_buffer, call_log, call_search
from scimapp.directory.calls.call_search import CallSearch
from scimapp.directory.connection import connection, scim_tokens
from scimapp.directory.people import named_people
from scimapp.directory.scope import server_scope
from scimapp.scim.attributes import Schema
from scimapp.scim.schemas.common import COMMON_ATTRIBUTES
from scimapp.scim.schemas.core_group import GROUP_SCHEMA
from scimapp.scim.schemas.core_user import USER_SCHEMA
from scimapp.scim.schemas.enterprise_user import ENTERPRISE_SCHEMA
from scimapp.scim_api.call_looks import names_a_secret

from .bodies import CORE, PATCH_OP, SEARCH, create, extension, group, person


def logged(account, **filters):
    """The calls of an account, newest first."""
    call_log.flush()
    return call_search.find(server_scope(account.id), CallSearch(**filters)).items


def last(account):
    return logged(account)[0]


def bodies(account, call):
    return call_search.get(server_scope(account.id), call.request_id)[1]


def test_a_call_is_kept_with_its_facts(scim, account):
    made = scim.post("/Users", person("Ana", "Ruiz"), headers={"User-Agent": "Okta SCIM Client 1.0.0"})

    call = last(account)
    assert (call.method, call.path, call.operation, call.status, call.result) == (
        "POST",
        "/Users",
        "create",
        201,
        "answered",
    )
    assert (call.token_label, call.provider, call.token_hint) == ("Test okta", "okta", scim.token[-4:])
    assert (call.target_kind, call.target_label) == ("person", "Ana Ruiz")
    assert call.target_id == named_people.named_by(account.scope, [made.json["userName"]])[made.json["userName"]].id
    assert call.request_id == made.headers["X-Request-ID"]
    assert call.agent == "Okta SCIM Client 1.0.0"
    assert call.address.startswith("198.51.")
    assert call.times == 1
    assert orjson.loads(bodies(account, call).answer) == made.json


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status", "cause"),
    [
        ("GET", "/nothing/here", None, {}, 404, "url"),
        ("GET", "/Users/nobody", None, {}, 404, "not_found"),
        ("GET", "/Schemas/urn:none", None, {}, 404, "not_found"),
        ("PUT", "/Users", {}, {}, 405, "method"),
        ("POST", "/Users", b"x" * (1024 * 1024 + 1), {}, 413, "too_large"),
        ("POST", "/Users", "<user/>", {"Content-Type": "text/xml"}, 415, "media"),
        ("POST", "/Users", "{", {}, 400, "syntax"),
        ("POST", "/Users", {"schemas": [CORE]}, {}, 400, "value"),
        ("GET", "/Users?filter=userName+xx+%22a%22", None, {}, 400, "filter"),
        ("GET", "/Me", None, {}, 501, "not_offered"),
        ("GET", "/Schemas", None, {}, 200, None),
        ("GET", "/ServiceProviderConfig", None, {}, 200, None),
        ("GET", "/Users", None, {"Authorization": "Bearer x"}, 401, "unknown_token"),
        ("GET", "/nothing/here", None, {"Authorization": "Basic eDp5"}, 401, "no_token"),
        ("POST", "/Bulk", {"schemas": []}, {}, 400, "syntax"),
    ],
)  # fmt: skip
def test_every_call_is_kept_whatever_came_of_it(scim, account, method, path, body, headers, status, cause):
    answer = scim.open(method, path, body, headers)

    call = last(account)
    assert answer.status_code == status, answer.text
    assert (call.method, call.status, call.cause) == (method, status, cause)
    assert call.result == ("failed" if status >= 400 else "answered")


def test_a_chunked_body_that_is_too_large_is_kept_with_what_came_of_it(scim, account):
    scim._visitor.open(
        f"{scim.base_path}/Users",
        method="POST",
        input_stream=io.BytesIO(b"x" * (1024 * 1024 + 1)),
        headers={"Authorization": f"Bearer {scim.token}", "Transfer-Encoding": "chunked"},
        environ_overrides={"CONTENT_LENGTH": "", "wsgi.input_terminated": True},
    )

    assert last(account).facts["bytes"] == 1024 * 1024


def test_a_filter_says_where_it_went_wrong(scim, account):
    scim.get("/Users", filter='userName eq "ana" und title pr')

    call = last(account)
    assert call.cause == "filter"
    assert call.path[call.facts["at"] :].startswith("und")


def test_searches_name_what_they_looked_for_and_whom_they_found(scim, account):
    made = create(scim, person("Ana", "Ruiz", userName="ana.ruiz@acme.example"))
    scim.get("/Users", filter='userName eq "ana.ruiz@acme.example"')
    scim.get("/Users", filter='userName eq "zoe@acme.example"')
    scim.post("/Users/.search", {"schemas": [SEARCH], "filter": 'displayName eq "nobody"'})

    post, missed, found, created = logged(account)[:4]
    assert (found.operation, found.target_label, found.target_id) == ("find", "Ana Ruiz", created.target_id)
    assert (missed.target_label, missed.target_id, missed.facts["total"]) == ("zoe@acme.example", None, 0)
    assert (post.operation, post.facts["sought"]) == ("find", "nobody")
    assert made["displayName"] == created.target_label


def test_the_log_and_the_audit_log_tell_the_same_story(scim, account):
    made = create(scim, person("Ana", "Ruiz"))
    scim.patch(f"/Users/{made['id']}", replace={"title": "Buyer", "nickName": "Annie"})
    scim.patch(f"/Users/{made['id']}", replace={"title": "Buyer"})
    scim.put(f"/Users/{made['id']}", person("Ana", "Ruiz", userName=made["userName"], active=False))
    team = create(scim, group("Field Sales", made["id"], "nobody", "no one"), "/Groups")
    scim.delete(f"/Groups/{team['id']}")
    scim.delete(f"/Users/{made['id']}")

    gone, removed, pushed, off, idle, updated, created = logged(account)[:7]
    assert (created.operation, created.facts["did"]) == ("create", True)
    assert updated.facts["fields"] == ["title", "nickName"]
    assert (idle.operation, "did" in idle.facts) == ("update", False)
    assert (off.operation, off.target_label) == ("deactivate", "Ana Ruiz")
    assert (pushed.result, pushed.cause, pushed.facts["added"]) == ("warned", "skipped", 1)
    assert pushed.warnings[0]["facts"] == {"ids": ["nobody", "no one"], "count": 2, "sent": 3}
    assert (removed.operation, removed.target_label, removed.target_id) == ("delete", "Field Sales", pushed.target_id)
    assert (gone.operation, gone.target_label) == ("delete", "Ana Ruiz")


def test_what_was_ignored_is_a_warning(scim, account):
    wrong = "urn:kissflow:scim:schemas:extension:YOUR_ACCOUNT_ID:2:User"
    scim.post("/Users", person("Ana", "Ruiz", **{wrong: {"site": "Leeds"}, "shoeSize": 42}))

    call = last(account)
    assert (call.result, call.cause, call.status) == ("warned", "namespace", 201)
    assert [warning["cause"] for warning in call.warnings] == ["namespace", "ignored"]
    assert call.warnings[0]["facts"]["urn"] == wrong


def test_a_value_of_the_wrong_type_is_named_with_its_field(scim, account, make_field):
    make_field("badge", "integer")
    answer = scim.post("/Users", person("Ana", **{extension(account): {"badge": "118A"}}))

    call = last(account)
    assert answer.status_code == 400
    assert (call.cause, call.facts["attribute"].rpartition(":")[2], call.facts["value"]) == ("value", "badge", "118A")


def test_whoever_has_the_value_already_is_known(scim, account, make_user):
    holder = make_user(email="ana@acme.example", given_name="Ana", family_name="Ruiz")
    scim.post("/Users", person("Ana", "Ruiz", userName="ana@acme.example"))

    facts = last(account).facts
    assert (facts["holder"], facts["holder_id"], facts["value"]) == ("Ana Ruiz", holder.id, "ana@acme.example")


def test_a_bulk_request_says_how_many_operations_were_refused(scim, account):
    operations = [
        {"method": "POST", "path": "/Users", "bulkId": "a", "data": person("Ana", password="hush-hush-bulk")},
        {"method": "POST", "path": "/Users", "bulkId": "b", "data": {"schemas": [CORE]}},
    ]
    scim.post("/Bulk", {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations})

    call = last(account)
    assert (call.operation, call.result, call.cause) == ("bulk", "warned", "bulk")
    assert (call.facts["operations"], call.facts["failed"]) == (2, 1)


# tokens


def test_a_refused_token_is_named_when_it_is_one_of_the_account(scim, account, scope, clock):
    revoked, gone = scim_tokens.generate(scope, "Gone", "entra", activate=True)
    scim_tokens.revoke(scope, revoked.id)
    _short, ended = scim_tokens.generate(scope, "Short", "okta", 30, activate=True)
    _draft, unsaved = scim_tokens.generate(scope, "Unsaved", "okta")
    clock.advance(days=31)
    for secret in (unsaved, gone, ended, ended[:-1], "x" * 53):
        scim.with_token(secret).get("/Users")

    calls = list(reversed(logged(account)))
    assert [(call.cause, call.token_label) for call in calls] == [
        ("draft_token", "Unsaved"), ("revoked_token", "Gone"), ("ended_token", "Short"),
        ("cut_token", None), ("unknown_token", None),
    ]  # fmt: skip
    assert calls[1].provider == "entra"
    assert "ended" in calls[1].facts
    assert calls[3].token_hint == ended[-5:-1]
    assert calls[4].token_hint is None


def test_another_accounts_token_is_just_an_unknown_one(scim, account, other_account):
    foreign = other_account.make_token("okta")
    scim.with_token(foreign).get("/Users")

    call = last(account)
    assert (call.cause, call.token_id, call.token_label) == ("unknown_token", None, None)
    assert logged(other_account) == []


def test_a_paused_account_and_a_hasty_token_are_known_by_name(app_with, account, scope):
    limited = app_with(scim_rate=0.5)
    token = account.make_token("okta")
    headers = {"Authorization": f"Bearer {token}"}
    client = limited.test_client()
    with limited.app_context():
        for _ in range(4):
            client.get(f"/scim/{account.id}/v2/Users", headers=headers)
        connection.pause(scope)
        account.scim("okta").get("/Users")
        calls = logged(account)

    hasty = next(call for call in calls if call.status == 429)
    paused = next(call for call in calls if call.status == 503)
    assert (hasty.cause, hasty.token_label, hasty.facts["seconds"]) == ("too_fast", "Test okta", 2)
    assert (paused.cause, paused.token_label, paused.facts["seconds"]) == ("paused", "Test okta", 300)


# floods


def test_a_flood_without_a_token_becomes_a_few_rows_that_say_how_often(scim, account):
    stranger = scim.with_token(None)
    for number in range(60):
        stranger.get(f"/Users/{number}")

    calls = logged(account)
    assert len(calls) == call_buffer.KEPT_SINGLY + 1
    assert sum(call.times for call in calls) == 60
    assert calls[0].times == 60 - call_buffer.KEPT_SINGLY
    hours = call_search.hours(server_scope(account.id), 1)
    assert sum(hour.failed for hour in hours) == 60


def test_a_flood_that_goes_on_is_told_again_after_its_window(scim, account, clock):
    stranger = scim.with_token("x" * 53)
    for _ in range(10):
        stranger.get("/Users")
    call_log.flush(settle=False)
    clock.advance(minutes=11)
    for _ in range(10):
        stranger.get("/Users")

    assert [call.times for call in logged(account)] == [5, 1, 1, 1, 1, 1, 5, 1, 1, 1, 1, 1]


def test_a_flood_on_invented_accounts_pushes_no_real_call_out(scim, account, monkeypatch):
    monkeypatch.setattr(call_buffer, "CAPACITY", 40)
    monkeypatch.setattr(call_buffer, "KEPT_SINGLY_IN_ALL", 20)
    scim.get("/Users")
    client = scim._visitor
    for number in range(200):
        client.open(f"/scim/Nobody{number}/v2/Users")

    (call,) = logged(account)
    assert call.status == 200


def test_calls_of_a_working_token_are_never_folded(scim, account):
    for _ in range(30):
        scim.get("/Users/nobody")

    assert len(logged(account)) == 30


# nothing fails a call


def test_a_log_that_cannot_be_kept_fails_no_call(scim, account, monkeypatch):
    def broken(_buffer, _record):
        raise RuntimeError("no room at all")

    monkeypatch.setattr(call_buffer.CallBuffer, "put", broken)

    assert scim.post("/Users", person("Ana")).status_code == 201
    assert logged(account) == []


def test_large_bodies_leave_facts_alone_when_the_buffer_is_full(scim, account, monkeypatch):
    monkeypatch.setattr(call_buffer, "CAPACITY_BYTES", 10)
    scim.post("/Users", person("Ana", "Ruiz"))

    call = last(account)
    assert (call.status, call.operation) == (201, "create")
    assert bodies(account, call) is None


@pytest.mark.parametrize(
    "body",
    [
        b'{"userName": "\xff\xfe"}',
        b"[" * 5000,
        b'[{"userName": "a"}]',
        b'"text"',
        b"null",
        orjson.dumps({"userName": "a\0b", "name": {"givenName": "\0", "familyName": "\u202e"}}),
        orjson.dumps({"Operations": "x", "name": [], "displayName": {"a": 1}, "active": []}),
        orjson.dumps({"Operations": [[], 1, {"value": [], "path": 7}], "members": {"a": "b"}}),
        b'{"schemas":["' + CORE.encode() + b'"],"a":' + b"[" * 900 + b"]" * 900 + b"}",
        b"",
    ],
)
@pytest.mark.parametrize(
    "path", ["/Users", "/Users/a%00b", "/Groups/x?filter=%00%ff&count=1", "/Users/.search", "/" + "x" * 3000]
)
def test_odd_requests_are_kept_like_any_other(scim, account, path, body):
    scim.post(path, body)
    scim.patch(path, body=body)
    scim.get("/Users")

    calls = logged(account)
    assert len(calls) == 3
    assert all(len(call.path) <= 500 for call in calls)


def test_no_name_turns_a_line_round(scim, account):
    scim.post("/Users", {"schemas": [CORE], "name": {"givenName": "Ana\u202e", "familyName": "\u2066Ruiz\n\tNeu"}})

    call = last(account)
    assert call.target_label == "Ana\\u202e \\u2066Ruiz Neu"
    assert "\u202e" not in bodies(account, call).request


# secrets


SECRETS = ("Hush-1-password", "Hush-2-nested", "Hush-3-operation", "Hush-4-value", "Hush-5-filter", "Hush-6-search",
           "Hush-7-broken", "Hush-8-list", "Hush-9-query", "Hush-10-upper", "Hush-11-text", "Hush-12-bulk",
           'Hush-"13"-quoted', "Hush-14-ünïcode", "Hush-15-form", "Hush-16-escaped", "Hush-17-echoed")  # fmt: skip


def send_every_secret(scim, account):
    """Secrets in every place a client can put one; returns them all, tokens too."""
    s = SECRETS
    made = create(scim, person("Ana", "Ruiz", password=s[0]))
    where = f"/Users/{made['id']}"
    scim.put(where, person("Ana", "Ruiz", userName=made["userName"], PASSWORD=s[9], deep={"a": [{"passWord": [s[1]]}]}))
    scim.patch(where, {"op": "replace", "path": "password", "value": s[2]})
    scim.patch(where, {"OP": "replace", "Path": f"{CORE}:Password", "Value": s[2]})
    scim.patch(where, {"op": "add", "value": {f"{CORE}:password": s[3], "password": {"value": s[3]}}})
    scim.patch(where, {"op": "add", "path": f'password[value eq "{s[3]}"]', "value": s[3]})
    scim.patch(where, {"op": "replace", "value": orjson.dumps({"password": s[10]}).decode()})
    scim.patch(where, {"op": "replace", "path": s[16], "value": {"password": s[16]}})
    scim.get("/Users", filter=f'password eq "{s[4]}"')
    scim.get("/Users", filter=f'userName eq "a" and PASSWORD sw "{s[4]}')
    scim.get("/Users?filter=p%2561ssword%2520eq%2520%2522" + s[4] + "%2522")
    scim.get("/Users", password=s[8], access_token=scim.token, api_key=s[8], token=f"Bearer {s[8]}")
    scim.post("/Users/.search", {"schemas": [SEARCH], "filter": f'password eq "{s[5]}"'})
    scim.post("/Users", f'{{"userName": "a", "password": "{s[6]}"')
    scim.post("/Users", f'{{"userName": "a", "pass\\u0077ord": "{s[15]}"')
    scim.post("/Users", f"userName=a&password={s[14]}", headers={"Content-Type": "application/json"})
    scim.post("/Users", [{"password": s[7]}])
    scim.post("/Users", person("Ana", password=s[12], nickName=s[12]))
    scim.post("/Users", person("Ana", password=s[13], title=f"It is {s[13]}", externalId=7))
    data = person("Ana", password=s[11])
    bulk = [{"method": "POST", "path": "/Users", "bulkId": "a", "data": data},
            {"method": "PATCH", "path": where, "data": {"schemas": [PATCH_OP], "Operations": [
                {"op": "replace", "path": "password", "value": s[11]}]}}]  # fmt: skip
    scim.post("/Bulk", {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": bulk})
    foreign = "Foreign-secret-of-another-product"
    scim.with_token(foreign).get(f"/Users/{foreign}")
    scim.with_token(None).get("/Users", headers={"Authorization": f"Bearer {scim.token[:-2]}"})
    scim.get(f"/Users/{scim.token}", headers={"User-Agent": f"Client {scim.token}"})
    scim.post("/Users", person("Ana", nickName=f"Bearer {foreign}", title=scim.token))
    return [*s, foreign, scim.token, scim.token[:-2]]


def test_no_secret_is_found_anywhere_in_the_log(scim, account):
    secrets = send_every_secret(scim, account)

    assert len(logged(account, per_page=100)) > 20
    kept = "\n".join(
        repr(tuple(row))
        for table in ("scim_calls", "scim_call_bodies")
        for row in db.session.execute(text(f"SELECT * FROM {table} WHERE account_id = :id"), {"id": account.id})
    )
    shapes = {shape for secret in secrets for shape in (secret, orjson.dumps(secret).decode()[1:-1])}
    assert [(shape, kept[kept.index(shape) - 90 :][:180]) for shape in shapes if shape in kept] == []
    assert "••••" in kept


def test_what_is_no_secret_stays_readable(scim, account):
    scim.post(
        "/Users", person("Ana", "Ruiz", password="Hush-password-1", title="Password Manager", department="Secretary")
    )

    kept = orjson.loads(bodies(account, last(account)).request)
    assert kept["password"] == "••••"
    assert (kept["title"], kept["department"]) == ("Password Manager", "Secretary")
    assert kept["name"] == {"givenName": "Ana", "familyName": "Ruiz"}


@pytest.mark.parametrize(
    "body",
    [
        b'{ "schemas" : ["'
        + CORE.encode()
        + b'"],\n  "userName":"ana", "name": {"givenName":"Zo\xc3\xab \xe2\x80\x93"} }',
        b'{"schemas":["' + CORE.encode() + b'"],"userName":"a\\"b","active":true,"pinCode":1e2,"keys":[1.0]}',
    ],
)
def test_a_body_without_secrets_is_kept_letter_by_letter(scim, account, body):
    made = scim.post("/Users", body)

    kept = bodies(account, last(account))
    assert (kept.request, kept.answer) == (body.decode(), made.text)


@pytest.mark.parametrize(
    ("piece", "lost", "shown"),
    [
        ('"pass\\u0077ord":"Hush-1"', "Hush-1", '"password":"••••"'),
        ('"deep":[{"x:PIN":12345678}]', "12345678", '"x:PIN":"••••"'),
        ('"pin\\n":"Hush-2-hush"', "Hush-2-hush", '"pin\\n":"••••"'),
        ('"title":"scimAbcdefghij0123456789wxyz"', "scimAbcd", '"title":"••••wxyz"'),
        ('"title":"Bearer abcdefghijkl"', "abcdefghijkl", '"title":"Bearer ••••"'),
        ('"title":"a\u2066b"', "\u2066", '"title":"a\\u2066b"'),
        ('"title":"a\\u202eb"', "\u202e", '"title":"a\\u202eb"'),
        ('"nickName":"{\\"password\\":\\"Hush-3\\"}"', "Hush-3", '"nickName":"••••"'),
        (f'"deep":{"[" * 60}{"]" * 60}', "[" * 50, "…"),
        (f'"list":[{",".join(["7"] * 51)}]', ",".join(["7"] * 51), '"… 1 more"'),
    ],
)
def test_what_makes_a_body_worth_a_second_look_is_seen(scim, account, piece, lost, shown):
    scim.post("/Users", f'{{"schemas":["{CORE}"],{piece},"name":{{"givenName":"Ana"}}}}')

    kept = bodies(account, last(account)).request
    assert lost not in kept
    assert shown in kept
    assert kept.endswith(',"name":{"givenName":"Ana"}}')


def test_a_custom_field_with_the_name_of_a_secret_is_one_in_every_answer(scim, account, make_field):
    create(scim, person("Bo", "Berg", title="first"))
    make_field("pin", "text")
    made = create(scim, person("Ana", "Ruiz", **{extension(account): {"pin": "Hush-pin"}}))
    for ask in (lambda: scim.get(f"/Users/{made['id']}"), lambda: scim.get("/Users"),
                lambda: scim.patch(f"/Users/{made['id']}", replace={"title": "Buyer"})):  # fmt: skip
        assert "Hush-pin" in ask().text
        kept = bodies(account, last(account))
        assert "Hush-pin" not in f"{kept.request}{kept.answer}"
        assert '"pin":"••••"' in kept.answer


def test_no_name_of_the_protocol_is_that_of_a_secret_but_the_password():
    """What an answer made of resources is not searched for."""
    attributes = [item for schema in (USER_SCHEMA, GROUP_SCHEMA, ENTERPRISE_SCHEMA) for item in schema.attributes]
    attributes += COMMON_ATTRIBUTES

    named = [item for item in attributes if names_a_secret(Schema("urn:x", "X", "", (item,)))]

    assert [(item.name, item.returned) for item in named] == [("password", "never")]


def test_a_token_in_a_profile_is_masked_wherever_the_profile_is_shown(scim, account):
    made = create(scim, person("Ana", "Ruiz", title=scim.token, nickName="Bearer of-bad-news"))
    scim.get(f"/Users/{made['id']}")
    scim.get("/Users", count=1)
    scim.get("/Users")

    for call in logged(account):
        kept = bodies(account, call).answer
        assert (scim.token in kept, "of-bad-news" in kept) == (False, False)


def test_long_lists_in_an_answer_are_cut_in_the_log_only(scim, account, make_user):
    ids = [make_user(state="invited").scim_id or "" for _ in range(3)]
    team = create(scim, group("Many", *ids), "/Groups")
    wide = create(scim, person("Ana", "Ruiz", roles=[{"value": f"role {'x' * 200} {number}"} for number in range(60)]))
    scim.get(f"/Users/{wide['id']}")
    scim.get("/Users", startIndex=4)
    scim.get(f"/Groups/{team['id']}")

    small, page, one = logged(account)[:3]
    assert orjson.loads(bodies(account, one).answer)["roles"][50:] == ["… 10 more"]
    listed = orjson.loads(bodies(account, page).answer)["Resources"]
    assert next(item for item in listed if item["id"] == wide["id"])["roles"][50:] == ["… 10 more"]
    assert orjson.loads(bodies(account, small).answer)["displayName"] == "Many"


def test_members_in_an_answer_are_cut_in_the_log_only(scim, account, make_user):
    names = ['x"},{"value":"y', '],"meta":{', ',"members":[{', *(["Ng"] * 50)]
    ids = [make_user(family_name=name).scim_id for name in names]
    team = create(scim, group('],"meta":{ "},{"value":"', *ids), "/Groups")

    for query in ({}, {"excludedAttributes": "meta"}):
        alone, listed = scim.get(f"/Groups/{team['id']}", **query).json, scim.get("/Groups", **query).json

        of_list, of_one = (orjson.loads(bodies(account, call).answer) for call in logged(account)[:2])
        assert len(alone["members"]) == len(listed["Resources"][0]["members"]) == 53
        assert of_one == alone | {"members": [*alone["members"][:50], "… 3 more"]}
        assert of_list == listed | {"Resources": [of_one]}


def test_a_resource_that_is_gone_when_the_log_is_written_keeps_the_name_it_had(scim, account):
    team = create(scim, group("Field Sales"), "/Groups")
    call_log.flush()
    scim.get(f"/Groups/{team['id']}")
    scim.get("/Groups", filter='displayName eq "Field Sales"')
    scim.delete(f"/Groups/{team['id']}")

    gone, found, read = logged(account)[:3]
    assert [call.target_label for call in (read, found, gone)] == ["Field Sales"] * 3
    assert read.target_key == "field sales"


@pytest.mark.parametrize(
    "beside",
    [
        {}, {"display": "Ana Ruiz"}, {"display": 'Ana "Ruiz"'}, {"password": "Hush-hush"},
        {"display": {"token": "Hush-hush"}}, {"display": '{"password": "Hush-hush"}'},
    ],
)  # fmt: skip
def test_a_long_list_of_members_is_cut_whatever_stands_in_it_and_shows_no_secret(scim, account, beside):
    members = [{"value": f"{number:036}"} | beside for number in range(300)]
    scim.post("/Groups", group("Many") | {"members": members})

    kept = orjson.loads(bodies(account, last(account)).request)
    assert kept["members"][50:] == ["… 250 more"]
    assert [member["value"] for member in kept["members"][:50]] == [f"{number:036}" for number in range(50)]
    assert "Hush-hush" not in f"{kept}"


def test_long_lists_are_cut_in_the_log_only(scim, account):
    ids = [f"id-{number}" for number in range(300)]
    scim.post("/Groups", group("Many", *ids))
    for _ in range(12):
        create(scim, person())
    scim.get("/Users", count=100)

    listed = last(account)
    kept = orjson.loads(bodies(account, listed).answer)
    assert listed.facts["shown"] == kept["totalResults"] == 13  # the owner is one
    assert kept["Resources"][3:] == ["… 10 more"]
    pushed = logged(account)[-1]
    assert orjson.loads(bodies(account, pushed).request)["members"][50:] == ["… 250 more"]
    assert pushed.warnings[0]["facts"]["count"] == 300
