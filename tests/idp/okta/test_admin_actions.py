"""What is particular to Okta's two dialects: "oin" (catalogue template) and "aiw" (App Integration Wizard)."""

import pytest

from scimapp.directory.groups import groups
from tests.idp.recordings import load
from tests.support.databases import on_both

DIALECTS = ("okta/oin", "okta/aiw")


@on_both
@pytest.mark.parametrize("dialect", DIALECTS)
def test_strangers_of_a_push_are_reported_on_the_group(begin, account, dialect):
    player = begin(dialect)
    for name, recording in load(dialect).recordings.items():
        player.play(recording)
        if name == "25-push-strangers":
            break

    group = groups.get(account.scope, player.variables["group"])
    assert [skipped.value for skipped in groups.skipped_members(account.scope, group)] == ["00uNOBODYhere000009x"]
    assert group.last_push_skipped == 1


def test_a_deactivation_is_the_one_pathless_replace_of_the_catalogue_template():
    first = load("okta/oin").recordings["07-deactivate"]["exchanges"][0]

    assert first["method"] == "PATCH"
    assert first["body"]["Operations"] == [{"op": "replace", "value": {"active": False}}]


def test_the_wizard_never_patches():
    recordings = load("okta/aiw").recordings.values()
    methods = {exchange["method"] for recording in recordings for exchange in recording["exchanges"]}

    assert "PATCH" not in methods
