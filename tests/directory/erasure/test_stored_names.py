"""Every column that holds texts either may name a person, and then an erasure takes that out, or holds nothing about one.

A new column has to be put into one of the two lists; one that may name somebody has to be filled by ``erasable``.
"""

import pytest
from sqlalchemy import String, inspect, text

from scimapp.database import db
from scimapp.database.column_types import Identifier, JsonText
from scimapp.directory.accounts import account_owner, account_settings
from scimapp.directory.batches import batches
from scimapp.directory.calls import call_log
from scimapp.directory.changes import GroupDraft, UserChanges
from scimapp.directory.erasure import erasure
from scimapp.directory.groups import groups
from scimapp.directory.imports import csv_table, import_preview
from scimapp.directory.imports.import_plans import told
from scimapp.directory.links import password_resets
from scimapp.directory.model import OutboxMail
from scimapp.directory.outbox import outbox, outbox_list
from scimapp.directory.people import users
from scimapp.directory.roles import Role
from scimapp.directory.scope import person_scope
from scimapp.directory.sign_in import sessions
from scimapp.directory.user_list.search import UserSearch
from scimapp.directory.words import packed, say
from tests.support.csv_files import csv_file

from .test_erasure import sign

MARK = "quill"
# What an erasure takes out, and what ``erasable`` fills.
NAMES = {
    "accounts": "reply_to scim_paused_by",
    "audit_entries": "actor_label address agent changes target_label",
    "batch_items": "content label reason",
    "batches": "address agent created_by_label options",
    "custom_fields": "default_value",
    "deactivation_guards": "kept_by",
    "indexed_values": "text_key",
    "invitations": "email invited_by",
    "memberships": "added_by",
    "nested_groups": "added_by",
    "one_time_links": "email",
    "outbox_mails": "last_error subject to_address to_key",
    "role_rules": "created_by",
    "scim_call_bodies": "answer request",
    "scim_calls": "detail facts path target_key target_label warnings",
    "scim_tokens": "created_by_label",
    "skipped_members": "value",
    "user_documents": "core custom enterprise",
    "user_sessions": "address agent",
    "users": "deactivated_by display_name email email_key external_id family_name given_name name_key order_key removed_by"
    " search_key title user_name user_name_key",
}
# Gone by itself: an erasure that goes on, and a request until the next look.
PASSING = {"erasures": "address agent", "link_requests": "email_key"}
# Words of the account, also where an option of a field, a label or a group is called like somebody; words of the server, digests,
# numbers, and machines that called.
OTHERS = {
    "accounts": "directory_roles language name over_seats same_name_groups time_zone two_step yielded_values",
    "audit_entries": "actor_kind event target_kind",
    "batch_items": "outcome",
    "batches": "action state",
    "counters": "name",
    "custom_fields": "choices field_id field_id_key help_text label type unknown_choice",
    "deactivation_guards": "minutes",
    "failed_attempts": "key",
    "groups": "display_name display_name_key external_id last_push_token_label source",
    "invitations": "nonce token_hash void_reason",
    "link_requests": "kind",
    "one_time_links": "kind nonce token_hash",
    "outbox_mails": "kind message_id state",
    "role_rules": "role",
    "scim_calls": "address agent cause method operation provider result scim_type target_kind token_hint token_label",
    "scim_tokens": "label last4 last_used_address last_used_agent last_used_summary maker_role prefix provider state"
    " token_hash told_days",
    "second_steps": "codes key_hash nonce",
    "setup_links": "token_hash",
    "user_documents": "set_by_hand",
    "user_sessions": "id_hash",
    "users": "directory_role given_role language list_columns password_hash role source state theme",
    "value_paths": "path",
}


def columns(lists):
    return {(table, name) for table, names in lists.items() for name in names.split()}


def holds_texts(column):
    return isinstance(column.type, (String, JsonText)) and column.type is not Identifier


def test_of_every_text_it_is_known_whether_it_may_name_somebody():
    known = {
        (table.name, column.name) for table in db.metadata.tables.values() for column in table.c if holds_texts(column)
    }

    assert known == columns(NAMES) | columns(PASSING) | columns(OTHERS)


def marked():
    """The columns of the database that hold the mark."""
    db.session.commit()
    with db.engine.connect() as connection:
        return {
            (table, name)
            for table in inspect(db.engine).get_table_names()
            for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings()
            for name, value in row.items()
            if isinstance(value, str) and MARK in value.lower()
        }


@pytest.fixture
def erasable(account, scope, okta_scope, make_user, make_field):
    """Somebody whom a directory sends, who has done and was subject to whatever leaves a name, an address or a browser behind."""
    email = "quilla.quillfeather@acme.example"
    make_field("town", "text")
    person = make_user(
        by=okta_scope, given_name="Quilla", family_name="Quillfeather", email=email, external_id="00uQUILL",
        custom={"town": "Quillton"},
    )  # fmt: skip
    make_field("mentor", "user", default_value=email)
    named(scope, okta_scope, make_user, person)
    provisioned(account.scim("okta"), person)
    users.update(scope, person.id, UserChanges(role=Role.SUPER_ADMIN))
    acted(scope, make_user, person)
    mailed(account, scope, person)
    users.deactivate(scope, person.id)
    return person


def named(scope, okta_scope, make_user, person):
    """By others, as a manager and a mentor, in rows of batches, as a member of nothing, and as whom to answer."""
    manager = {"manager": {"value": person.email}, "department": "Quill"}
    held = make_user(by=okta_scope, enterprise={"manager": {"value": person.email}})
    users.update(scope, make_user().id, UserChanges(custom={"mentor": person.email}))
    users.update(okta_scope, person.id, UserChanges(core={"title": "Head of Quills"}, enterprise=manager))
    batch = batches.begin(
        scope, "manager", {"manager": make_user().id, "with_managed": True}, UserSearch(ids=(held.id,))
    )
    batches.finish_small(scope, batch)
    taken = csv_file("E-mail,First name", (person.email, "Quilla"), (person.email, "Quilla"))
    import_preview.check(scope, import_preview.start(scope, "people.csv", csv_table.read(taken), "email").id)
    headless = csv_file(f"{person.email},{person.display_name}", ("bo@acme.example", "Bo"))
    import_preview.start(scope, "people.csv", csv_table.read(headless), "email")
    refused = say("This address belongs to %(person)s already.", person=person.display_name)
    row = {"line": 2, "outcome": "error", "label": person.email, "reason": packed(told(2, "E-mail", refused))}
    batches.add_rows(scope, "import", {"file": "people.csv"}, [row])
    groups.create(okta_scope, GroupDraft("Sales", member_ids=(person.email, person.scim_id)))
    account_settings.change_account(scope, reply_to=person.email)


def provisioned(client, person):
    """Calls about the person, refused ones and ones with warnings among them."""
    client.get("/Users", filter=f'userName eq "{person.email}"')
    client.post("/Users", {"userName": person.email, "externalId": "00uQUILL"})
    client.post("/Users", {"userName": "bo@acme.example", "emails": [{"value": person.email}]})
    name = {"givenName": "Quilla", "familyName": "Quillfeather"}
    sent = {"userName": person.email, "externalId": "00uQUILL", "name": name, "title": "Quiller", "quillshape": "Quill"}
    client.put(f"/Users/{person.scim_id}", sent)
    client.post("/Groups", {"displayName": "Night", "members": [{"value": person.email}]})
    call_log.flush()


def acted(scope, make_user, person):
    acting = person_scope(users.get(scope, person.id), address="quill-address", agent="Quill browser")
    sign(acting, make_user)
    users.remove(acting, make_user().scim_id)
    sessions.start(person, acting.address, acting.agent)


def mailed(account, scope, person):
    """About owning the account for a while, a new password, and a mail that was not taken."""
    password_resets.request_for(scope, person.id)
    mail = next(mail for mail in outbox.lease(100) if mail.user_seq == person.seq)
    outbox.mark_failed(mail, f"550 no mailbox {person.email}", None)
    account_owner.transfer(scope, person.id)
    mail = db.session.scalars(scope.select(OutboxMail).where(OutboxMail.user_seq == account.owner.seq)).first()
    outbox_list.cancel(person_scope(users.get(scope, person.id)), mail.id)
    account_owner.transfer(person_scope(users.get(scope, person.id)), account.owner.id)


def test_an_erasure_leaves_nothing_of_somebody_in_any_text(erasable, scope):
    before = marked()

    erasure.erase(scope, erasable.id)

    assert before == columns(NAMES)
    assert marked() == set()
