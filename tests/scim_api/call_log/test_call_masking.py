"""Where a secret may stand in a body, and that it is then taken out of everything else that is kept of the call."""

import json

import pytest

from scimapp.scim_api.calls.call_lists import LONGEST_LIST
from scimapp.scim_api.calls.call_masking import MASK, Masking

SECRET = "Hush-word-1"


@pytest.mark.parametrize(
    "path",
    ["password", "PASSWORD", "urn:x:2.0:User:password", 'keys[type eq "password"].value', "passwords.value", "pin"],
)
def test_a_value_whose_path_names_a_secret_is_masked_there_and_everywhere(path):
    masking = Masking()
    body = masking.read(json.dumps({"Operations": [{"op": "replace", "path": path, "value": SECRET}]}).encode())

    assert SECRET not in masking.text_of(body)
    assert MASK in masking.text_of(body)
    assert masking.clean(f"{SECRET} is no such word") == f"{MASK} is no such word"


def test_a_secret_behind_what_is_kept_of_a_long_list_is_known_all_the_same():
    operations = [{"op": "replace", "path": "title", "value": "x"}] * (LONGEST_LIST + 5)
    masking = Masking()
    body = masking.read(
        json.dumps({"Operations": [*operations, {"op": "add", "value": {"password": SECRET}}]}).encode()
    )

    assert SECRET not in masking.text_of(body)
    assert masking.clean(f"operation 56: {SECRET} is too short") == f"operation 56: {MASK} is too short"


@pytest.mark.parametrize("name", ["password", "Client_Secret", "shared_\u017fecret", "api_\u212aey", "p\u0131n"])
def test_a_secret_in_a_query_is_masked_in_whatever_letters_its_name_is_written(name):
    masking = Masking()

    assert SECRET not in masking.query_of(f"count=1&{name}={SECRET}")
    assert masking.clean(f"{SECRET} is no such word") == f"{MASK} is no such word"


def test_of_two_secrets_that_begin_alike_no_end_is_left():
    masking = Masking(SECRET, f"{SECRET}-and-more")

    assert masking.clean(f"{SECRET}-and-more, {SECRET}") == f"{MASK}, {MASK}"
