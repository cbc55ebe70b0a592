"""Accounts that look alike keep out of what is kept of each other: questions, places of pages, fields (security I9)."""

from tests.scim_api.bodies import create, extension, group, person


def fill(account, type_name, value):
    """People of the same names, a group and a field of the same names; returns a client and the ids of the people."""
    account.make_field("grade", type_name, label="Grade")
    scim = account.scim("generic")
    urn = extension(account)
    bodies = [person("Same", f"Name{number}", userName=f"same{number}@alike.example") for number in range(6)]
    ids = [create(scim, body | {urn: {"grade": value}} | {"schemas": [*body["schemas"], urn]})["id"] for body in bodies]
    create(scim, group("Alike", ids[0]), "/Groups")
    return scim, ids


def asked(scim, account, value):
    """Every kind of question whose making is kept, and pages that are remembered; each found id once."""
    questions = (
        'userName sw "same"',
        'groups.display eq "Alike"',
        f"{extension(account)}:grade eq {value}",
        f'meta.location sw "{scim.get("/Users", count=1).json["Resources"][0]["meta"]["location"].rpartition("/")[0]}"',
    )
    pages = [scim.get("/Users", startIndex=start, count=2) for start in (2, 4, 6)]  # the first is the owner
    pages += [scim.get("/Users", filter=question, sortBy="userName") for question in questions]
    pages += [scim.get("/Groups", filter='displayName eq "alike"')]
    assert {page.status_code for page in pages} == {200}, [page.text for page in pages]
    return [[resource["id"] for resource in page.json["Resources"]] for page in pages]


def test_what_is_kept_of_one_account_answers_no_other(account, other_account):
    mine, my_ids = fill(account, "number", 4)
    theirs, their_ids = fill(other_account, "text", "4")

    for _ in range(2):  # what is kept after the first round answers the second
        for scim, of, ids, value in ((mine, account, my_ids, "4"), (theirs, other_account, their_ids, '"4"')):
            *pages, group_ids = asked(scim, of, value)
            members = [scim.get(f"/Groups/{each}").json["members"][0]["value"] for each in group_ids]
            assert sum(pages[:3], []) == ids
            assert pages[3:] == [ids, ids[:1], ids, [of.owner.scim_id, *ids]]
            assert members == ids[:1]
