"""What a client sends is answered in words, and a fault of ours tells nothing. ``tests/storm`` tries what nobody thought of."""

import gc

import pytest

from scimapp.directory import availability
from scimapp.directory.client_reads import everybody
from scimapp.directory.people import users
from scimapp.scim_api.access.gate import Call
from tests.scim_api.bodies import ERROR, SEARCH, assert_error, person

# A request is refused, and a fault told, before or after any statement.


def is_sane(answer):
    assert answer.status_code < 500 or answer.status_code == 501, answer.text
    if answer.status_code >= 400:
        assert answer.json["schemas"] == [ERROR]
        assert answer.json["status"] == str(answer.status_code)
        assert "Traceback" not in answer.text


@pytest.mark.parametrize("value", [5, True, [], {}, ["x"], {"a": 1}])
@pytest.mark.parametrize("name", ["filter", "sortBy", "sortOrder", "startIndex", "count", "attributes", "schemas"])
def test_a_search_request_of_wrong_types_is_answered_in_words(scim, name, value):
    is_sane(scim.post("/Users/.search", {"schemas": [SEARCH]} | {name: value}))


def test_a_fault_of_ours_tells_its_request_id_and_nothing_else(scim, monkeypatch, caplog):
    def broken(*_arguments, **_named):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(users, "provision", broken)
    answer = scim.post("/Users", person())

    assert_error(answer, 500, says=answer.headers["X-Request-ID"])
    assert "secret" not in answer.text


def test_a_busy_database_is_503_with_retry_after(scim, monkeypatch):
    def busy(*_arguments, **_named):
        raise availability.UNAVAILABLE[0]("UPDATE users", {}, Exception("database is locked"))

    monkeypatch.setattr(everybody, "page", busy)
    answer = scim.get("/Users")

    assert_error(answer, 503)
    assert answer.headers["Retry-After"].isdigit()
    assert "UPDATE" not in answer.text


@pytest.mark.parametrize(
    "ask, status",
    [
        (lambda scim: scim.get("/Users/nobody"), 404),
        (lambda scim: scim.get("/Users?filter=nonsense"), 400),
        (lambda scim: scim.post("/Users", person(name="nobody")), 400),
        (lambda scim: scim.get("/Nowhere/at/all"), 404),
        (lambda scim: scim.put("/Users", person()), 405),
    ],
)
def test_a_refused_call_is_gone_with_its_answer(scim, ask, status):
    scim.get("/Users")
    gc.collect()
    gc.freeze()  # and so is left out of what is looked through below
    gc.disable()  # what only the collector finds would wait for it, body and all
    try:
        answer = ask(scim)
        left = [one for one in gc.get_objects() if type(one) is Call]
    finally:
        gc.enable()

    assert answer.status_code == status
    assert not left
