"""Large answers are packed for clients that take gzip, and mean the same."""

import gzip

import pytest

from scimapp.directory.calls import call_log
from scimapp.directory.model import ScimCallBody
from scimapp.scim_api.compression import SMALLEST
from tests.scim_api.bodies import create, person
from tests.support.databases import on_both

PEOPLE = 40


@pytest.fixture
def many(scim):
    for number in range(PEOPLE):
        create(scim, person("Ann", f"Packed {number:03}"))


def page(scim, accepted, method="GET"):
    headers = {"Accept-Encoding": accepted} if accepted is not None else {}
    return scim.open(method, "/Users", headers=headers, query={"count": PEOPLE})


def test_a_client_that_takes_gzip_gets_the_same_in_less(scim, many):
    plain = page(scim, None)

    for accepted in ("gzip", "br, gzip;q=0.5", "GZIP", "*"):
        packed = page(scim, accepted)
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert int(packed.headers["Content-Length"]) == len(packed.data)
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) < len(plain.data) / 4
        assert page(scim, accepted, "HEAD").headers["Content-Length"] == packed.headers["Content-Length"]
    for accepted in ("", "identity", "br", "gzip;q=0", "*;q=0"):
        answer = page(scim, accepted)
        assert "Content-Encoding" not in answer.headers
        assert answer.headers["Vary"] == "Accept-Encoding"  # a cache between would have to keep both
        assert answer.data == plain.data
        assert len(answer.data) > SMALLEST


def test_small_answers_stay_as_they_are(scim):
    answer = scim.get("/ServiceProviderConfig", headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in answer.headers
    assert "Vary" not in answer.headers


@on_both
def test_the_log_keeps_what_was_said(scim, many, app):
    page(scim, "gzip")
    call_log.flush()

    newest = ScimCallBody.query.order_by(ScimCallBody.call_seq.desc()).first()
    assert f'"totalResults":{PEOPLE + 1}' in newest.answer.replace(": ", ":")
