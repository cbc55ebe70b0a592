"""PATCH and replacing against an independent implementation, on generated input; ``SCIMAPP_TEST_SEED`` runs it again.

Where the two differ on purpose, the generator stays away and ``docs/decisions/0029`` says who is right.
"""

import warnings

import pytest

from scimapp.resource_types.changes import replaced_user
from scimapp.scim import urns
from scimapp.scim.errors import ScimError
from scimapp.scim.patch import apply_patch, parse_patch
from scimapp.scim.validation import validate
from tests.scim.model import ENTERPRISE, STRICT, USER
from tests.support.dice import thrown
from tests.support.scim2 import EnterpriseUser, PatchOp, SCIMException, User
from tests.support.tries import tries

CASES = tries(300)  # others in each run
MODEL = User[EnterpriseUser]
WORDS = ("Ann", "Bo", "zoë", "a%b", "_x", "Lee")
KINDS = ("work", "home", "other")


@pytest.fixture
def dice():
    return thrown()


def test_a_random_patch_gives_what_scim2_models_gives(dice):
    compared = 0
    for _ in range(CASES):
        before = _person(dice)
        operations = [_operation(dice) for _ in range(dice.randint(1, 3))]
        body = {"schemas": [urns.PATCH_OP], "Operations": operations}
        ours, theirs = _ours(body, before), _theirs(body, before)
        assert ours == theirs, f"{operations} on {before}"
        compared += ours != "refused"
    assert compared > CASES // 3


def test_a_random_replacement_gives_what_scim2_models_gives(dice):
    for _ in range(CASES):
        before, sent = _person(dice), _person(dice)
        body = {"schemas": [urns.CORE_USER]} | sent
        after = replaced_user(before, validate(body, USER, STRICT), "urn:none", strict=True, put_clears_extension=True)
        theirs = MODEL.model_validate(_whole(sent))
        theirs.replace(MODEL.model_validate(_whole(before)))
        ours = {"active": before["active"]} | after if "active" in before else after
        assert _comparable(ours) == _plain(theirs) | _kept(before, sent), f"{sent} over {before}"


def _ours(body, before):
    try:
        return _comparable(apply_patch(parse_patch(body, USER, STRICT), before, USER, STRICT))
    except ScimError:
        return "refused"


def _theirs(body, before):
    resource = MODEL.model_validate(_whole(before))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            PatchOp[MODEL].model_validate(body).patch(resource)
    except (SCIMException, ValueError):
        return "refused"
    return _plain(resource)


def _plain(resource):
    return _comparable(resource.model_dump(mode="json"))


def _comparable(representation):
    """Without what only one side keeps: schemas, empty containers, false marks of primary."""
    shown = {}
    for name, value in representation.items():
        if name in ("schemas", "id", "meta") or value in (None, [], {}):
            continue
        if isinstance(value, dict):
            value = _comparable(value)
        elif isinstance(value, list):
            value = [{key: item for key, item in each.items() if item not in (None, False)} for each in value]
        if value:
            shown[name] = value
    if "active" in representation and representation["active"] is False:
        shown["active"] = False
    return shown


def _kept(before, sent):
    """A PUT that does not mention ``active`` keeps it here (docs/scim.md)."""
    return {"active": before["active"]} if "active" in before and "active" not in sent else {}


def _whole(person):
    schemas = [urns.CORE_USER] + ([ENTERPRISE] if ENTERPRISE in person else [])
    return {"schemas": schemas, "id": "1"} | person


def _person(dice):
    person = {"userName": dice.choice(WORDS), "active": dice.random() < 0.5}
    for name in ("title", "nickName", "locale"):
        if dice.random() < 0.5:
            person[name] = dice.choice(WORDS)
    if dice.random() < 0.7:
        person["name"] = {"givenName": dice.choice(WORDS), "familyName": dice.choice(WORDS)}
    if dice.random() < 0.7:
        kinds = dice.sample(KINDS, dice.randint(1, 3))
        person["emails"] = [{"value": f"{kind}@x.example", "type": kind} for kind in kinds]
        if dice.random() < 0.5:
            person["emails"][0]["primary"] = True
    if dice.random() < 0.5:
        person[ENTERPRISE] = {"department": dice.choice(WORDS)}
    return person


def _operation(dice):
    op = dice.choice(("add", "replace", "remove"))
    kind = dice.randrange(10)
    if kind == 0:
        path, value = dice.choice(("title", "nickName", "locale")), dice.choice(WORDS)
    elif kind == 1:
        path, value = dice.choice(("name.givenName", "name.familyName", "name.middleName")), dice.choice(WORDS)
    elif kind == 2:
        path, value = f"{ENTERPRISE}:{dice.choice(('department', 'division'))}", dice.choice(WORDS)
    elif kind == 3:
        path, value = "emails", [{"value": _new_address(dice), "type": dice.choice(KINDS)}]
    elif kind == 4:
        path = f'emails[type eq "{dice.choice(KINDS)}"]' + dice.choice(("", ".display")) if op == "remove" else None
        path = path or f'emails[type eq "{dice.choice(KINDS)}"].display'
        value = dice.choice(WORDS)
    elif kind == 5:
        path, value = f'emails[type eq "{dice.choice(KINDS)}"]', {"display": dice.choice(WORDS)}
        op = "add" if op == "replace" else op  # replacing a whole element: 0029
    elif kind == 6:
        path, value = "emails", [{"value": _new_address(dice), "type": dice.choice(KINDS), "primary": True}]
    elif kind == 7:
        path, value = ENTERPRISE, {dice.choice(("department", "division")): dice.choice(WORDS)}
    elif kind == 8:
        path, value = "name", {"givenName": dice.choice(WORDS)}
    else:
        path, value = None, {"title": dice.choice(WORDS), "name": {"middleName": dice.choice(WORDS)}}
        op = "add" if op == "remove" else op
    operation = {"op": op} | ({"path": path} if path else {})
    return operation if op == "remove" else operation | {"value": value}


def _new_address(dice):
    """One that no other operation adds: the same value of the same type is kept once here and twice there (0029)."""
    return f"{dice.randrange(10**9)}@new.example"
