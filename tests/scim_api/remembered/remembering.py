"""What tests of remembered members look at."""

from scimapp.directory.client_reads import members_of_groups


def remembered(scope):
    """The Members that are remembered of the scope's account."""
    kept = members_of_groups._kept._kept
    return [members for (account_id, *_), (_, members, _) in kept.items() if account_id == scope.account_id]


def beside_tokens(log):
    """How many statements of a log do not read a token, which happens once something was written."""
    return sum("FROM scim_tokens" not in statement for statement in log)


def shown(scim, group_id):
    """``{value: display}`` of a group's members, alone and in a list alike; a tag that is known is that of this answer."""
    alone, listed = scim.get(f"/Groups/{group_id}"), scim.get("/Groups", count=1_000).json["Resources"]
    assert next(each for each in listed if each["id"] == group_id) == alone.json
    tag = {"If-None-Match": alone.headers["ETag"]}
    assert scim.get(f"/Groups/{group_id}", headers=tag).status_code == 304
    assert alone.json["meta"]["version"] == alone.headers["ETag"]
    members = alone.json["members"]
    assert [each["$ref"] for each in members] == [
        f"{scim.base_url}/{each['type']}s/{each['value']}" for each in members
    ]
    return {each["value"]: each.get("display") for each in members}
