"""Every SCIM address, from the URL map: whatever arrives, the answer is a SCIM answer, and a refusal changes nothing."""

import json
from functools import partial
from urllib.parse import quote

import pytest

from scimapp.scim.urns import BULK_REQUEST
from tests.scim_api.bodies import PATCH_OP, SEARCH, create, group, person
from tests.scim_api.call_log.both_ways import told_apart, waiting
from tests.trust.routes import routes

from .fingerprint import Watch
from .guide import Guide
from .requests import Sent, absurd_headers, mangled, recorded_bodies
from .rubbish import TEXTS
from .weather import Weather

SECONDS = 1.5
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
SCIM_TYPES = frozenset(
    ("invalidFilter", "tooMany", "uniqueness", "mutability", "invalidSyntax", "invalidPath", "noTarget", "invalidValue", "invalidVers",
     "sensitive", "invalidCursor", "expiredCursor", "invalidCount")
)  # fmt: skip
ABSURD_METHODS = ("TRACE", "PROPFIND", "get", "OPTIONS", "HEAD")


@pytest.mark.parametrize("preset", ["okta", "strict"])
def test_scim_stands_the_storm(app, account, make_field, preset):
    scim = account.scim(preset)
    make_field("EmpCode")
    user, team = create(scim, person()), create(scim, group("Crew"), "/Groups")
    ids = {"managed_person": user["id"], "managed_group": team["id"]}
    weather = Weather(f"on SCIM, {preset}", SECONDS)
    guide = Guide(weather, corpus(app, weather.random), mangled)
    tally = {"refused": 0, "done": 0, "routes": set()}

    watch = Watch(account.id)
    for sent in guide.inputs(least=60):
        answer = guide.now_and_then(sent, partial(send, weather.random, scim, ids))
        where = f"seed {weather.seed}, input {weather.inputs}: {sent}"[:4_000]
        check(answer, where)
        tally["routes"].add(str(sent.place))
        if answer.status_code >= 400:
            tally["refused"] += 1
            assert watch.is_as_before(), f"a refused request changed something: {answer.status_code} {where}"
        elif sent.place.method not in ("GET", "HEAD"):
            tally["done"] += 1
            if sent.place.method == "DELETE" or not sent.place.kind:
                ids = {kind: alive(scim, kind, value) for kind, value in ids.items()}
            watch.done()

    watch.close()
    assert told_apart(waiting())[0] == []  # in the log
    assert scim.get(f"/Users/{create(scim, person())['id']}").status_code == 200
    assert scim.get("/Users", filter='userName sw "a"').status_code == 200
    weather.settle(
        refused=tally["refused"],
        unseen=watch.skipped,
        writes_done=tally["done"],
        ways=len(guide.ways),
        parents=len(guide.corpus),
    )
    assert len(tally["routes"]) == len(routes(app, "scim_api"))


def corpus(app, random):
    """A good request for every route, and every body that identity providers are known to send."""
    found, recorded, by_noun = [], [], {}
    for route in routes(app, "scim_api"):
        query = (("filter", 'userName eq "x"'), ("count", "3"), ("sortBy", "userName")) if route.method == "GET" else ()
        found.append(Sent(route, query, (), good_body(route)))
        noun = route.rule.rule.partition("/v2")[2].split("/")[:2][-1]
        if ".search" not in route.rule.rule:
            by_noun[route.method, noun] = route
    for method, noun, body in recorded_bodies():
        recorded += [Sent(by_noun[method, noun], (), (), body)] if (method, noun) in by_noun else []
    random.shuffle(recorded)
    return found + recorded


def good_body(route):
    if route.method in ("GET", "DELETE"):
        return None
    if ".search" in route.rule.rule:
        return {"schemas": [SEARCH], "filter": "title pr", "count": 2, "attributes": ["userName"]}
    if "Bulk" in route.rule.rule:
        operations = [
            {"method": "POST", "path": "/Users", "bulkId": "a", "data": person()},
            {"method": "POST", "path": "/Groups", "bulkId": "b", "data": group("Bulk", "bulkId:a")},
        ]
        return {"schemas": [BULK_REQUEST], "failOnErrors": 1, "Operations": operations}
    if route.method == "PATCH":
        operation = {"op": "replace", "path": "displayName", "value": "A"}
        return {"schemas": [PATCH_OP], "Operations": [operation]}
    return group("Made") if "Groups" in route.rule.rule else person()


def send(random, scim, ids, sent):
    thing = ids.get(sent.place.kind)
    if random.random() < 0.1:
        thing = quote(random.choice(TEXTS)[:500], safe="")
    path = sent.place.address(thing, scim.account_id).removeprefix(scim.base_path)
    method = random.choice(ABSURD_METHODS) if random.random() < 0.02 else sent.place.method
    query = "&".join(
        f"{quote(name, safe='')}={quote(value.encode('utf-8', 'surrogatepass'), safe='')}" for name, value in sent.query
    )
    body = sent.raw if sent.raw is not None else None if sent.body is None else json.dumps(sent.body).encode()
    headers = dict(absurd_headers(sent.headers))
    return scim.open(method, path + (f"?{query}" if query else ""), body, headers)


def check(answer, where):
    assert answer.status_code < 500 or answer.status_code == 501, f"{answer.status_code} {answer.text[:500]} {where}"
    assert "Traceback" not in answer.text and "sqlalchemy" not in answer.text, where
    assert not answer.headers.get("X-Injected"), where
    if answer.status_code < 400 or answer.request.method == "HEAD":
        return
    body = answer.json
    assert answer.mimetype == "application/scim+json" or answer.mimetype == "application/json", where
    assert body["schemas"] == [ERROR] and body["status"] == str(answer.status_code) and body["detail"], where
    assert body.get("scimType") in SCIM_TYPES | {None}, where


def alive(scim, kind, thing):
    """A resource of this kind that is there: the same one, or another when a request removed it."""
    noun, make = ("/Users", person) if kind == "managed_person" else ("/Groups", lambda: group("Crew again"))
    return thing if scim.get(f"{noun}/{thing}").status_code == 200 else create(scim, make(), noun)["id"]
