"""Bodies and answers that tests of the SCIM front share."""

import itertools

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
_numbers = itertools.count(1)


def person(given_name="Jane", family_name="Doe", **more):
    """The body of a POST of somebody new, as Okta's catalogue template sends it."""
    login = more.pop("userName", f"{given_name}.{family_name}.{next(_numbers)}@scim.example".lower())
    body = {
        "schemas": [CORE],
        "userName": login,
        "name": {"givenName": given_name, "familyName": family_name},
        "emails": [{"value": login, "type": "work", "primary": True}],
    }
    return body | more


def group(name, *members, **more):
    """The body of a POST of a group; ``members`` are ids."""
    return {"schemas": [GROUP], "displayName": name, "members": [{"value": member} for member in members]} | more


def op(name, path=None, value=None):
    """An operation of a PATCH; a path or value of None is left out."""
    return {key: part for key, part in (("op", name), ("path", path), ("value", value)) if part is not None}


def extension(account):
    """The URN of an account's own attributes."""
    return f"urn:kissflow:scim:schemas:extension:{account.id}:2:User"


def create(scim, body, path="/Users"):
    """POST and return the JSON of what was created."""
    answer = scim.post(path, body)
    assert answer.status_code == 201, answer.text
    return answer.json


def found(scim, text, path="/Users"):
    """The ids of what a filter finds, in the order of the list."""
    return [item["id"] for item in scim.get(path, filter=text).json["Resources"]]


def ids_on(pages):
    """The ids of everything on these pages."""
    return [item["id"] for page in pages for item in page["Resources"]]


def id_in(result):
    """The id of what an operation of a Bulk is about."""
    return result["location"].rpartition("/")[2]


def members_of(scim, group_id):
    """The ids of a group's members, in the order of the answer."""
    return [member["value"] for member in scim.get(f"/Groups/{group_id}").json["members"]]


def assert_error(answer, status, scim_type=None, says=""):
    """A SCIM error with this status and word, whose detail holds ``says``."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/scim+json"
    assert answer.json["schemas"] == [ERROR]
    assert answer.json["status"] == str(status)
    assert answer.json.get("scimType") == scim_type, answer.text
    assert says in answer.json["detail"], answer.text


def ids(answer):
    """The ids of a list, in its order."""
    return [item["id"] for item in answer.json["Resources"]]
