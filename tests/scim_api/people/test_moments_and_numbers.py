"""Moments say their zone and stay within the years 1900 to 9999, numbers keep every digit: in filters, bodies and patches."""

import pytest

from tests.scim_api.bodies import extension, person
from tests.support.databases import on_both

AMBIGUOUS = [
    "2026-01-01T00:00:00",
    "2026-01-01T00:00:00.5",
    "2026-01-01",
    "2026-01-01 00:00:00Z",
    "2026-W01-1T00:00:00Z",
]
OUT_OF_RANGE = ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00", "1899-12-31T23:59:59Z"]
PLAIN = ["2026-01-01T00:00:00Z", "2026-01-01t00:00:00.0000000z", "2026-01-01T05:30:00+05:30", "9999-12-31T23:59:59Z"]


@pytest.fixture
def urn(account, make_field):
    for name, kind in (("starts", "datetime"), ("badge", "integer"), ("rate", "number")):
        make_field(name, kind)
    return extension(account)


def refused(answer, word):
    assert (answer.status_code, answer.json["scimType"]) == (400, word), answer.json
    return answer.json["detail"]


@pytest.mark.parametrize("text", AMBIGUOUS + OUT_OF_RANGE)
def test_a_moment_that_nobody_can_tell_is_refused_everywhere(scim, urn, text):
    made = scim.post("/Users", person()).json["id"]
    for path in ("meta.lastModified", f"{urn}:starts"):
        detail = refused(scim.get("/Users", filter=f'{path} gt "{text}"'), "invalidFilter")
        assert "with its zone, such as 2026-11-23T09:30:00Z" in detail

    other = person(userName="bo@corp.example") | {urn: {"starts": text}}
    assert "with its zone" in refused(scim.post("/Users", other), "invalidValue")
    assert "with its zone" in refused(scim.patch(f"/Users/{made}", replace={f"{urn}:starts": text}), "invalidValue")
    assert urn not in scim.get(f"/Users/{made}").json


@on_both
def test_a_refused_moment_is_named_whatever_was_asked_before(scim, urn):
    for path in ("meta.lastModified", f"{urn}:starts"):
        question = f'userName eq "ann" and {path} gt "%s"'
        assert scim.get("/Users", filter=question % "2026-01-01T00:00:00Z").status_code == 200

        detail = refused(scim.get("/Users", filter=question % "yesterday"), "invalidFilter")

        assert detail.startswith(f"{path} at position 23 needs a date and time")


@pytest.mark.parametrize("text", PLAIN)
def test_a_moment_with_its_zone_is_kept_in_utc_and_found(scim, urn, text):
    made = scim.post("/Users", person() | {urn: {"starts": text}})

    year = text[:4]
    kept = "2026-01-01T00:00:00Z" if year == "2026" else text
    assert made.json[urn] == {"starts": kept}
    assert scim.get("/Users", filter=f'{urn}:starts eq "{text}"').json["totalResults"] == 1


TOO_LARGE = [2**53, -(2**53), 2**53 + 1, 2**64 - 1, 2**64 + 1, -(2**64) - 1, 10**20 + 1, 1e20, 12345678901234567.89]


@pytest.mark.parametrize("field", ["badge", "rate"])
def test_a_number_that_would_lose_digits_is_refused(scim, urn, field):
    """From 2^64 on, a *Number* field kept what the parser had made of it, another number."""
    bo = scim.post("/Users", person(userName="bo@corp.example")).json["id"]
    for number in TOO_LARGE:
        for value in (number, str(number)):
            posted = refused(scim.post("/Users", person() | {urn: {field: value}}), "invalidValue")
            patched = refused(scim.patch(f"/Users/{bo}", replace={f"{urn}:{field}": value}), "invalidValue")

            assert urn in posted
            assert "number from -9007199254740991 to 9007199254740991" in posted
            assert "number from -9007199254740991 to 9007199254740991" in patched
    assert urn not in scim.get(f"/Users/{bo}").json


@pytest.mark.parametrize("text", ["1_000", "١٢", "1e9999999", "nan"])
def test_a_text_that_is_no_number_is_refused(scim, urn, text):
    for field in ("badge", "rate"):
        assert urn in refused(scim.post("/Users", person() | {urn: {field: text}}), "invalidValue")


def test_the_largest_numbers_come_back_as_they_were_sent_and_are_told_apart(scim, urn):
    most = 2**53 - 1
    for name, number in (("ann", most), ("bo", most - 1)):
        body = person(userName=f"{name}@corp.example") | {urn: {"badge": number, "rate": number}}
        assert scim.post("/Users", body).json[urn] == {"badge": number, "rate": number}

    found = scim.get("/Users", filter=f"{urn}:badge eq {most}").json["Resources"]

    assert [row["userName"] for row in found] == ["ann@corp.example"]


def test_a_number_that_has_lost_digits_becomes_no_text(scim, urn):
    for number in (10**20 + 1, 1.5e300):
        refused(scim.post("/Users", person(externalId=number)), "invalidValue")
    assert scim.post("/Users", person(externalId=10**18 + 1)).json["externalId"] == "1000000000000000001"
