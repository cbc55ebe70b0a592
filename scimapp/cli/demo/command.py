"""``flask demo seed``: fill an account with realistic people, groups and custom fields, and print how to sign in."""

import secrets
from datetime import timedelta

import click

from ...auth.passwords import hash_password
from ...directory import clock
from ...directory.accounts import accounts
from ...directory.accounts.accounts import AccountDraft
from ..output import CommandGroup, account_or_only, as_json, read_password, settings, show
from .company import ACCOUNT_NAME, OWNER
from .story import STORY, Story

MOST_PEOPLE = 5_000
commands = CommandGroup("demo", help="An account to click through.")


@commands.command("seed")
@click.option("--people", "count", type=click.IntRange(1, MOST_PEOPLE), default=60, show_default=True)
@click.option(
    "--account", "account_id", metavar="ID",
    help="The account to fill: the only one by default, made when there is none.",
)  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, help="Another number gives other people.")
@click.option("--password-stdin", is_flag=True, help="Read the password of the demo's people from standard input.")
@as_json
def seed(count, account_id, seed, password_stdin, as_json):
    """Fill an account with people, groups, custom fields and a directory.

    Run again, it adds only what is missing. Mails nobody.
    """
    started = clock.now()
    password = read_password(OWNER[2], (*OWNER[:2], ACCOUNT_NAME)) if password_stdin else _new_password()
    password_hash = hash_password(password)
    account, sign_ins = _account(account_id, password_hash, started)
    added = Story(account.id, password_hash, started).tell(count, seed)
    sign_ins += _worth_trying(added.people)
    facts = {
        "account_id": account.id,
        "people_added": len(added.people),
        "groups_added": added.groups,
        "fields_added": added.fields,
        "calls_added": added.calls,
        "password": password if sign_ins else None,
        "sign_ins": sign_ins,
    }
    show(facts, as_json, _lines(account, facts))


def _account(account_id, password_hash, now):
    """``(account, sign-ins)``: the account asked for, or a new one with an owner who can sign in."""
    if account_id is not None or accounts.any_exists():
        return account_or_only(account_id), []
    given_name, family_name, email = OWNER
    with clock.set_to(now - STORY - timedelta(days=1)):
        made = accounts.create(AccountDraft(ACCOUNT_NAME, email, given_name, family_name, password_hash))
    return made.account, [{"email": email, "role": "Account Owner"}]


def _worth_trying(people):
    """One active new person for each role."""
    first = {}
    for person in people:
        if person.state == "active":
            first.setdefault(person.role, person)
    by_rank = sorted(first.values(), key=lambda person: person.role.rank, reverse=True)
    return [{"email": person.email, "role": person.role.label} for person in by_rank]


def _new_password():
    return "-".join(secrets.token_hex(2) for _ in range(4))


def _lines(account, facts):
    yield f"{account.name} ({account.id})"
    counts = (facts["people_added"], facts["groups_added"], facts["fields_added"], facts["calls_added"])
    if any(counts):
        yield "Added {} people, {} groups, {} custom fields and {} SCIM calls. Nobody was mailed.".format(*counts)
    else:
        yield "Everything is here already; nothing was added."
    if facts["sign_ins"]:
        yield f"Sign in at {settings().external_url}/sign-in with the password {facts['password']} as"
        for person in facts["sign_ins"]:
            yield f"  {person['email']:44} {person['role']}"
