"""What a token was last used for, said in the reader's language and never lost."""

import pytest

from scimapp.languages import force_locale
from scimapp.web.view_models.connection.token_use import use_words


@pytest.mark.parametrize(
    "summary",
    [
        "asked for people and received 2 of 1,433; answered in 38 ms",
        "asked for groups and received 0 of 0",
        "asked for everything and received 2 of 1,433",
        "sent a request; answered 429 in 1 ms",
        "sent 40 operations at once; answered in 90 ms",
        "asked for the schemas; answered in 2 ms",
        "asked for one group; answered 404",
        "did something that is not known yet; answered in 3 ms",
    ],
)
def test_english_says_what_was_written(app, summary):
    with app.test_request_context():
        assert use_words(summary) == summary


@pytest.mark.parametrize(
    "summary",
    [
        *(f"asked for {noun} and received 1 of 2" for noun in ("people", "groups", "everything")),
        *(f"asked {what} {kind}" for what in ("for one", "to create a", "to replace a", "to change a", "to remove a")
          for kind in ("User", "Group")),
        "asked for the resource types", "asked for the schemas", "sent 3 operations at once", "sent a request",
    ],
)  # fmt: skip
def test_german_says_all_that_the_gate_writes(app, summary):
    with app.test_request_context(), force_locale("de"):
        assert "asked" not in use_words(summary) and "sent" not in use_words(summary)


@pytest.mark.parametrize("what", ["create a", "replace a", "change a", "remove a"])
def test_resources_go_by_the_words_of_the_screens(app, what):
    with app.test_request_context():
        assert use_words(f"asked to {what} User; answered in 9 ms") == f"asked to {what} person; answered in 9 ms"


def test_the_time_is_said_of_the_answer(app):
    """ "asked to create a person in 80 ms" reads as if the person were wanted so soon."""
    with app.test_request_context(), force_locale("de"):
        assert use_words("asked to create a User; answered in 80 ms").endswith("; Antwort nach 80 ms")
        assert use_words("asked for one User; answered 404 in 80 ms").endswith("; Antwort: 404 in 80 ms")


def test_the_gate_writes_what_is_known_here(page, account):
    client = account.scim()
    made = client.post("/Users", {"userName": "ann@corp.example"})

    assert made.status_code == 201
    assert "asked to create a person; answered in" in page("/provisioning/status").text
