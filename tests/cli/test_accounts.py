"""``flask accounts``: making one, the first-start link, and the way back in for a locked-out owner."""

import sys
from io import StringIO

import pytest

from scimapp.auth.passwords import is_right
from scimapp.cli.output import BadInput, read_password
from scimapp.directory.accounts import accounts
from scimapp.directory.people import users
from scimapp.directory.scope import server_scope
from tests.support.databases import on_both

PASSWORD = "a long walk over the hill"
WANTED = {
    "--name": "Brightwater Foods",
    "--owner-email": "mara@brightwater.example",
    "--owner-given-name": "Mara",
    "--owner-family-name": "Lindqvist",
}


def create(flask, typed=PASSWORD + "\n", flags=("--password-stdin", "--json"), **changes):
    wanted = WANTED | {f"--{name.replace('_', '-')}": value for name, value in changes.items()}
    return flask("accounts", "create", *(word for pair in wanted.items() for word in pair), *flags, typed=typed)


def test_an_account_is_made_with_an_owner_who_can_sign_in(flask, visitor):
    made = create(flask)

    assert (made.code, made.err) == (0, "")
    assert set(made.json) == {"account_id", "owner_id"}
    owner = users.get(server_scope(made.json["account_id"]), made.json["owner_id"])
    assert (owner.role, owner.state, owner.family_name) == ("owner", "active", "Lindqvist")
    assert is_right(owner.password_hash, PASSWORD)


def test_without_json_people_read_lines(flask):
    made = create(flask, flags=("--password-stdin",))

    assert made.out.startswith("account id: Ac")


@pytest.mark.parametrize("typed", [PASSWORD + "\r\n", PASSWORD, f"{PASSWORD}\nmore"])
def test_the_password_is_the_first_line(flask, typed):
    made = create(flask, typed=typed)

    assert is_right(accounts.owner_of(made.json["account_id"]).password_hash, PASSWORD)


def test_blanks_belong_to_the_password(flask):
    made = create(flask, typed=f"  {PASSWORD} \n")

    assert is_right(accounts.owner_of(made.json["account_id"]).password_hash, f"  {PASSWORD} ")


@pytest.mark.parametrize("changes, complaint", [
    ({"typed": "short\n"}, "Too short: 5 of at least 12 characters."),
    ({"typed": "mara@brightwater.example\n"}, "It contains your e-mail address."),
    ({"typed": ""}, "There is no password on standard input."),
    ({"flags": ("--json",)}, "Nobody is there to type a password. Pipe it in with --password-stdin."),
    ({"owner_email": "mara"}, "--owner-email: Write the address as name@example.com."),
    ({"owner_family_name": " "}, "--owner-family-name: The owner needs a family name: directories read it."),
    ({"name": ""}, "--name: Give the account a name of 1 to 120 characters."),
    ({"name": "A\x07B"}, "--name: Control characters are not accepted."),
])  # fmt: skip
def test_bad_input_is_one_line_and_changes_nothing(flask, changes, complaint):
    before = len(accounts.list_accounts())

    refused = create(flask, **changes)

    assert (refused.code, refused.out, refused.err) == (2, "", f"Error: {complaint}\n")
    assert len(accounts.list_accounts()) == before


def test_an_option_that_is_missing_is_named_in_one_line(flask):
    refused = flask("accounts", "create", "--json")

    assert (refused.code, refused.out, refused.err) == (2, "", "Error: Missing option '--name'.\n")


def test_accounts_are_listed(flask, account):
    listed = flask("accounts", "list", "--json").json["accounts"]

    assert {"account_id": account.id, "name": "Acme"} in listed
    assert f"{account.id}  Acme\n" in flask("accounts", "list").out


def test_a_setup_link_opens_the_first_start(flask, app, empty_database):
    printed = flask("accounts", "setup-link", "--if-needed")

    line, _, url = printed.out.strip().rpartition(": ")
    assert line == "Open this address to create an account (valid 24 hours)"
    assert url.startswith("http://people.example/setup/")
    assert accounts.setup_link_is_usable(url.rpartition("/")[2])


@on_both
def test_a_newer_setup_link_replaces_the_one_before(flask):
    first, second = (flask("accounts", "setup-link", "--json").json["setup_url"] for _ in range(2))

    assert not accounts.setup_link_is_usable(first.rpartition("/")[2])
    assert accounts.setup_link_is_usable(second.rpartition("/")[2])


def test_no_setup_link_is_printed_where_it_is_not_needed(flask, account):
    assert flask("accounts", "setup-link", "--if-needed").out == ""
    assert flask("accounts", "setup-link", "--if-needed", "--json").json == {"setup_url": None}


def test_a_setup_link_that_is_asked_for_makes_one_account_more(flask, account):
    url = flask("accounts", "setup-link", "--json").json["setup_url"]

    assert accounts.setup_link_is_usable(url.rpartition("/")[2])


@on_both
def test_a_locked_out_owner_gets_a_new_password_and_address(flask, account, page):
    reset = flask(
        "accounts", "owner-reset", "--account", account.id, "--email", "rescued@acme.example", "--password-stdin",
        "--json", typed="another walk over the hill\n",
    )  # fmt: skip

    owner = accounts.owner_of(account.id)
    assert reset.json == {"account_id": account.id, "owner_id": account.owner.id, "email": "rescued@acme.example"}
    assert owner.email == "rescued@acme.example"
    assert is_right(owner.password_hash, "another walk over the hill")
    assert page("/users").url.startswith("/sign-in"), "the sessions from before have ended"


@on_both
def test_a_reset_to_an_address_in_use_is_refused(flask, account, make_user):
    taken = make_user().email

    refused = flask(
        "accounts", "owner-reset", "--account", account.id, "--email", taken, "--password-stdin",
        typed="another walk over the hill\n",
    )  # fmt: skip

    assert refused.code == 2
    assert taken in refused.err
    assert is_right(accounts.owner_of(account.id).password_hash, PASSWORD)


@pytest.mark.parametrize("email", ["bad", ""])
def test_an_owner_gets_no_address_that_is_none(flask, account, email):
    refused = flask(
        "accounts", "owner-reset", "--account", account.id, "--email", email, "--password-stdin",
        typed="another walk over the hill\n",
    )  # fmt: skip

    assert (refused.code, refused.err) == (2, "Error: --email: Write the address as name@example.com.\n")
    assert accounts.owner_of(account.id).email == account.owner.email


def test_bytes_that_are_no_text_are_told(flask, monkeypatch):
    """As Python hands them on; what is piped in with LANG=C."""
    argument = flask("accounts", "owner-reset", "--account", "\udcff")
    monkeypatch.setattr(sys, "stdin", StringIO("a long walk over the h\udcffll\n"))
    with pytest.raises(BadInput, match="The password on standard input is not UTF-8 text."):
        read_password("mara@brightwater.example", ())

    assert (argument.code, argument.err) == (2, "Error: An argument is not UTF-8 text.\n")


@pytest.mark.parametrize("account_id", ["AcNobody", ""])
def test_a_reset_of_an_unknown_account_is_refused(flask, account_id):
    refused = flask("accounts", "owner-reset", "--account", account_id, "--password-stdin", typed=PASSWORD)

    assert (refused.code, refused.err) == (2, "Error: This account does not exist here.\n")


def test_which_account_must_be_said_when_there_are_several(flask, account, other_account):
    refused = flask("accounts", "owner-reset", "--password-stdin", typed=PASSWORD)

    assert refused.code == 2
    assert "Say which with --account: " in refused.err
