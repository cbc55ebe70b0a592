"""The rows of a crowd, as the product would have written them."""

from datetime import timedelta

from scimapp.directory.model import UserDocument
from scimapp.directory.states import state_of
from scimapp.directory.text_keys import fold_email


def group(account_id, now, name):
    """The row of ``groups``; its members are counted later."""
    return {
        "account_id": account_id, "id": f"group-{name}", "display_name": name, "display_name_key": name.lower(),
        "source": "scim", "connection_id": "okta", "version": 1, "member_count": 0, "created_at": now,
        "updated_at": now, "last_push_sent": 0, "last_push_skipped": 0,
    }  # fmt: skip


def user(account_id, now, person, profile, number, scim_id):
    """The row of ``users`` of the person with this number."""
    created = now - timedelta(minutes=number * 7)
    active = person.state != "inactive"
    verified = created if person.state == "active" else None
    assert state_of(active, verified) == person.state
    return profile.columns() | {
        "account_id": account_id, "id": f"person-{number}", "scim_id": scim_id,
        "connection_id": "okta" if person.source == "okta" else None,
        "external_id": f"00u{number:09}" if person.source == "okta" else None,
        "role": person.role, "given_role": person.role, "active": active, "active_unassigned": False,
        "state": person.state, "verified_at": verified, "session_epoch": 0,
        "source": {"okta": "scim", "hand": "screen", "file": "import"}[person.source], "version": 1,
        "created_at": created, "updated_at": created, "theme": "system",
        "deactivated_at": None if active else now, "deactivated_by": None if active else "Okta",
        "last_sign_in_at": now - timedelta(minutes=number % 90_000) if number % 3 and verified else None,
    }  # fmt: skip


def document(account_id, seq, profile):
    """The row of ``user_documents``."""
    stored = UserDocument()
    profile.store(stored)
    return {
        "user_seq": seq, "account_id": account_id, "core": stored.core,
        "enterprise": stored.enterprise, "custom": stored.custom, "set_by_hand": None,
    }  # fmt: skip


def membership(account_id, now, group_seq, user_seq):
    """The row of ``memberships``."""
    return {
        "account_id": account_id, "group_seq": group_seq, "user_seq": user_seq, "added_at": now, "added_by": "Okta",
    }  # fmt: skip


def invitation(account_id, now, seq, person, number):
    """The row of ``invitations``; a fifth has ended."""
    expires = now + timedelta(days=-1 if number % 5 == 0 else 5)
    return {
        "account_id": account_id, "id": f"invitation-{number}", "user_seq": seq,
        "email": person.email, "token_hash": f"hash-{number}", "nonce": "none", "invited_by": "Olive Owner",
        "created_at": now, "expires_at": expires,
        "accepted_at": now if person.state == "active" else None,
    }  # fmt: skip


def mail(account_id, now, seq, person, number):
    """The row of ``outbox_mails`` with the invitation."""
    is_failed = person.state == "invited" and number % 7 == 0
    return {
        "account_id": account_id, "id": f"mail-{number}", "kind": "invitation", "user_seq": seq,
        "invitation_id": f"invitation-{number}", "to_address": person.email,
        "to_key": fold_email(person.email), "subject": "Crowd invites you",
        "message_id": f"<{number}@crowd.example>", "state": "failed" if is_failed else "sent", "attempts": 1,
        "next_attempt_at": now, "created_at": now, "sent_at": None if is_failed else now,
    }  # fmt: skip
