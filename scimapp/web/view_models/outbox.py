"""The mail outbox on the screens."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from msgspec import Struct

from ...directory import clock
from ...directory.outbox import outbox_list
from ...directory.outbox.outbox_list import KINDS, STATES, MailSearch
from ...languages import day
from ...local_time import local, time_of
from .listing import Filter, ListAddress, read_seq
from .mail_answers import Answer, answer_of, unreachable_words
from .tiles import Tile

PILLS = {
    "waiting": ("info", _l("Waiting"), "clock"),
    "retrying": ("warn", _l("Retrying"), "refresh"),
    "sent": ("ok", _l("Sent"), "check"),
    "failed": ("bad", _l("Failed"), "mail-x"),
    "cancelled": ("", _l("Cancelled"), "ban"),
}
_DOTS = {"waiting": "", "retrying": "warn", "failed": "bad", "sent": "ok"}
_TILES = {"waiting": _l("Waiting"), "retrying": _l("Retrying"), "failed": _l("Failed"), "sent": _l("Sent, 30 days")}
KIND_WORDS = {
    "invitation": _l("Invitation"),
    "invitation_reminder": _l("Invitation reminder"),
    "password_reset": _l("New password"),
    "password_changed": _l("Password changed"),
    "email_confirmation": _l("Confirm address"),
    "email_change_asked": _l("Address about to change"),
    "email_changed": _l("Address changed"),
    "second_step_on": _l("Two-step sign-in on"),
    "second_step_off": _l("Two-step sign-in off"),
    "recovery_code_used": _l("Recovery code used"),
    "recovery_codes_made": _l("New recovery codes"),
    "second_step_guessed": _l("Wrong codes"),
    "seats_full": _l("No free seat"),
    "ownership_transferred": _l("Ownership transferred"),
    "token_ends": _l("Token ends soon"),
    "token_used_after_end": _l("Ended token in use"),
    "deactivations_stopped": _l("Deactivations stopped"),
    "directory_quiet": _l("Directory quiet"),
}
_TRIES = {2: _l("2nd try at %(time)s"), 3: _l("3rd try at %(time)s")}
_LATER_TRY = _l("%(num)sth try at %(time)s")  # 4th to 20th: no mail is tried more often


class MailRow(Struct, frozen=True):
    """One mail. ``state`` is one of ``outbox_list.STATES``; ``is_mine``: the viewer may read and handle it."""

    id: str
    state: str
    pill: tuple
    next_try: str  # of a mail that is being retried
    to: str
    subject: str
    kind: str
    person: object
    made_at: object
    sent_at: object
    answer: Answer
    is_mine: bool
    is_in_hand: bool  # being sent at this moment

    @property
    def is_open(self):
        """Whether this viewer may still retry or cancel it."""
        return self.is_mine and self.state in ("waiting", "retrying", "failed")

    @classmethod
    def of(cls, scope, mail, people):
        state = outbox_list.state_of(mail)
        person = people.get(mail.user_seq)
        return cls(
            id=mail.id,
            state=state,
            pill=PILLS[state],
            next_try=_next_try(mail) if state == "retrying" else "",
            to=mail.to_address,
            subject=mail.subject,
            kind=str(KIND_WORDS.get(mail.kind, mail.kind)),
            person=person,
            made_at=mail.created_at,
            sent_at=mail.sent_at,
            answer=answer_of(mail.last_error),
            is_mine=outbox_list.may_read(scope, person),
            is_in_hand=outbox_list.is_in_hand(mail, clock.now()),
        )


class MailList(Struct, frozen=True):
    """``trouble`` is the text of the red bar and how many mails wait, or None."""

    address: ListAddress
    search: MailSearch
    rows: list
    tiles: list
    filters: list
    trouble: tuple | None
    newest: str | None
    older: str | None
    can_act: bool  # on any of the rows


def mail_list(scope, args):
    """The whole page for a query string. Five statements at most, for words on Postgres six."""
    search = read_search(args)
    page = outbox_list.find(scope, search)
    address = address_of(search)
    counts = outbox_list.counts(scope)
    rows = [MailRow.of(scope, mail, page.people) for mail in page.items]
    return MailList(
        address=address,
        search=search,
        rows=rows,
        tiles=[_tile(state, counts[state], search, address) for state in _TILES],
        filters=_filters(search, address),
        trouble=_trouble_words(outbox_list.trouble(scope)),
        newest=address.to() if search.before is not None else None,
        older=address.to(before=page.older) if page.older is not None else None,
        can_act=any(row.is_open for row in rows),
    )


def read_search(args):
    """The MailSearch of a query string; unknown values are ignored."""
    state, kind = args.get("state", ""), args.get("kind", "")
    return MailSearch(
        state=state if state in STATES else None,
        kind=kind if kind in KINDS else None,
        q=args.get("q", "").strip()[:200],
        before=read_seq(args.get("before", "")),
    )


def address_of(search):
    """The address of the list with this search, without its page."""
    return ListAddress("web.outbox", {"state": search.state, "kind": search.kind, "q": search.q})


def _filters(search, address):
    named = (
        ("state", search.state, PILLS[search.state][1] if search.state else ""),
        ("kind", search.kind, KIND_WORDS.get(search.kind, "")),
        ("q", search.q, gettext("To: %(text)s", text=search.q)),
    )
    return [Filter(str(text), address.to(**{name: None})) for name, value, text in named if value]


def _tile(state, count, search, address):
    is_current = search.state == state
    return Tile(str(_TILES[state]), count, address.to(state=None if is_current else state), is_current, _DOTS[state])


def _next_try(mail):
    words = _TRIES.get(mail.attempts + 1, _LATER_TRY)
    return str(words) % {"num": mail.attempts + 1, "time": time_words(mail.next_attempt_at)}


def time_words(moment):
    """ "11:05 UTC" today, "24 Nov, 11:05 UTC" on another day."""
    is_today = local(moment).date() == local(clock.now()).date()
    return time_of(moment) if is_today else f"{day(moment, 'short')}, {time_of(moment)}"


def _trouble_words(trouble):
    if trouble is None:
        return None
    reason, since = unreachable_words(trouble.answer), time_words(trouble.since)
    return gettext("Mail cannot be sent: %(reason)s since %(time)s.", reason=reason, time=since), trouble.waiting
