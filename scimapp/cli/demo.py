"""``flask demo seed``: an account worth clicking through. Its mails are closed unsent: a demo never mails anybody."""

import secrets

import click
from flask.cli import AppGroup

from ..auth.passwords import hash_password
from ..directory import accounts, custom_fields, groups, invitations, outbox, users
from ..directory.changes import GroupDraft, UserDraft
from ..directory.roles import Role
from ..directory.scope import server_scope
from ..directory.unit_of_work import unit_of_work
from . import demo_people
from .output import Refused, json_option, refusals_in_one_line, say

commands = AppGroup("demo", help="Made-up people to try things with.")
CHUNK = 100  # people in one transaction
OWNER = ("Mara", "Lindqvist", f"mara.lindqvist@{demo_people.DOMAIN}")


@commands.command("seed")
@click.option("--people", "count", type=click.IntRange(1, 100_000), default=60, show_default=True)
@click.option("--account", "account_id", help="Account ID; the only account by default, a new one where there is none.")
@json_option
@refusals_in_one_line
def seed(count, account_id, as_json):
    """Fill an account with people, groups and custom fields."""
    password = f"demo {secrets.token_hex(6)}"
    password_hash = hash_password(password)
    account, owner = _account(account_id, password_hash)
    scope = server_scope(account.id, "Demo")
    if any(field.field_id == demo_people.FIELDS[0].field_id for field in custom_fields.list_fields(scope, None)):
        raise Refused(
            f"Account {account.id} has been filled already (it has the field cost_centre). Nothing was changed."
        )
    for draft in demo_people.FIELDS:
        custom_fields.define(scope, draft)
    members = _add_people(scope, count, password_hash)
    for number, name in enumerate(demo_people.GROUPS):
        groups.create(scope, GroupDraft(name, member_ids=tuple(members.get(number, ()))))
    result = {"account_id": account.id, "people": count, "groups": len(demo_people.GROUPS),
              "fields": len(demo_people.FIELDS), "email": owner, "password": password}  # fmt: skip
    words = [f"{account.name} ({account.id}) now has {count} more people, 8 groups and 6 custom fields."]
    if owner:
        words.append(f"Sign in as {owner} with the password: {password}")
    else:
        words.append(f"Active demo people sign in with the password: {password}")
    say(result, as_json, "\n".join(words))


def _account(account_id, password_hash):
    """The account to fill, and its owner's address where it was made now. Raises NotInAccount, Refused."""
    if account_id:
        return accounts.get(account_id), None
    existing = accounts.list_accounts()
    if len(existing) > 1:
        raise Refused("There are several accounts: say which one with --account.")
    if existing:
        return existing[0], None
    given, family, email = OWNER
    created = accounts.create(accounts.AccountDraft("Brightwater Foods", email, given, family, password_hash))
    return created.account, email


def _add_people(scope, count, password_hash):
    """Add the people; returns ``{group number: [SCIM id]}``."""
    others = [facts for facts in demo_people.people(count + 1) if facts["email"] != OWNER[2]][:count]
    members = {}
    for start in range(0, count, CHUNK):
        _add_batch(scope, others[start : start + CHUNK], password_hash, members)
    return members


def _add_batch(scope, batch, password_hash, members):
    with unit_of_work(scope) as work:
        for facts in batch:
            facts = dict(facts)
            state, in_groups = facts.pop("state"), facts.pop("groups")
            role = Role(facts.pop("role"))
            row = users.provision(scope, UserDraft.from_form(role=role, invite=True, **facts))
            row.source = "demo"
            outbox.pretend_sent(work, row)
            for number in in_groups:
                members.setdefault(number, []).append(row.scim_id)
            if state == "active":
                invitations.accept(invitations.link_token(invitations.latest(scope, row)), password_hash)
            elif state == "inactive":
                users.deactivate(scope, row.id)
