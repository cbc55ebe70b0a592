"""Settings of an account: its name and mails, how people sign in, how many people it may have, what is kept.

``accounts.change_options`` has the options of the SCIM connection.
"""

import re
from datetime import UTC
from functools import partial

from ...zones import zone_of
from ..addresses import is_mailbox
from ..errors import InvalidValue, gathered
from ..events import SettingsChanged, alter
from ..lines import line_of, one_of
from ..links.invitations import REMINDER
from ..model import User
from ..outbox import outbox
from ..people import own_zone
from ..policies import guard_seen
from ..roles import Permission
from ..sign_in import second_step
from ..unit_of_work import unit_of_work
from ..words import Grouped, say

LONGEST_NAME = 120  # characters
INVITATION_DAYS = (1, 30)
SESSION_HOURS = (1, 168)
SEATS = (1, 1_000_000)
LOG_DAYS = (1, 730)
LOG_BODY_DAYS = (0, 730)
OVER_SEATS = ("refuse", "inactive")
TWO_STEP = (second_step.ADVISE, second_step.REQUIRE)
_LANGUAGE = re.compile(r"[a-z]{2}")


def change_account(scope, *, seen=None, **values):
    """Set name, language, time_zone, invitation_days, remind_invited and reply_to, as far as given; None means the server's
    setting, UTC or no address. Returns the row. Switching reminders off cancels those waiting. ``seen``: see ``policies.guard_seen``.

    Raises InvalidValue, StaleVersion.
    """
    scope.require(Permission.CHANGE_OPTIONS)
    return _change(scope, values, _OF_ACCOUNT, seen)


def change_security(scope, *, seen=None, **values):
    """Set two_step, session_hours, seat_limit, over_seats, log_days and log_body_days, as far as given. Returns the row.

    A lower seat limit ends nobody's access; it only stops more people from becoming active. To require two-step sign-in,
    the actor must have it on. ``seen``: see ``policies.guard_seen``. Raises InvalidValue, StaleVersion.
    """
    scope.require(Permission.CHANGE_SECURITY)
    if values.get("two_step") == second_step.REQUIRE:
        _guard_own_access(scope)
    return _change(scope, values, _OF_SECURITY, seen)


def _guard_own_access(scope):
    """Refuse to require a second step from administrators if that would lock the actor out."""
    if scope.actor.kind == "person":
        row = scope.one(User, User.id == scope.actor.id, kind="person")
        if second_step.find(scope, row.seq) is None:
            raise InvalidValue("two_step", say("Switch two-step sign-in on for yourself first, on your profile."))


def complaints(**values):
    """What ``change_account`` or ``change_security`` would refuse in ``values``: InvalidValues, at most one each."""
    checks = _OF_ACCOUNT | _OF_SECURITY
    found = gathered(*(partial(checks[name], name, value) for name, value in values.items()))
    days = [values[name] for name in ("log_days", "log_body_days") if name in values]
    is_wrong = {error.attribute for error in found} & {"log_days", "log_body_days"}
    return found if is_wrong or len(days) < 2 else [*found, *gathered(partial(_check_log, *days))]


def check_name(attribute, name):
    """An account's name without surrounding blanks. Raises InvalidValue."""
    name = line_of(attribute, name)
    if not 0 < len(name) <= LONGEST_NAME:
        raise InvalidValue(attribute, say("Give the account a name of 1 to %(n)s characters.", n=LONGEST_NAME))
    return name


def _change(scope, values, checks, seen):
    values = {name: checks[name](name, value) for name, value in values.items()}
    with unit_of_work(scope) as work:
        account = work.lock_account()
        guard_seen(account, values, seen)
        _check_log(*(values.get(name, getattr(account, name)) for name in ("log_days", "log_body_days")))
        altered = alter(account, values)
        if altered:
            work.record(SettingsChanged(account.id, account.name, altered))
            if "remind_invited" in values and not account.remind_invited:
                outbox.cancel_kind(work, REMINDER)
    return account


def _check_log(log_days, log_body_days):
    if log_body_days > log_days:
        raise InvalidValue("log_body_days", say("Bodies cannot be kept longer than the calls they belong to."))


def _number(between, *, may_be_none=False):
    lowest, highest = between

    def check(name, value):
        if value is None and may_be_none:
            return None
        if not isinstance(value, int) or not lowest <= value <= highest:
            raise InvalidValue(
                name, say("A whole number from %(lowest)s to %(highest)s.", lowest=lowest, highest=Grouped(highest))
            )
        return value

    return check


def _language(name, value):
    if not _LANGUAGE.fullmatch(value or ""):
        raise InvalidValue(name, say("Choose one of the languages."))
    return value


def _time_zone(name, value):
    zone = zone_of(own_zone.checked(name, value))
    return None if zone in (None, UTC) else zone.key


def _reply_to(name, value):
    value = (value or "").strip()
    if not value:
        return None
    if not is_mailbox(value):
        raise InvalidValue(name, say("“%(text)s” is not an e-mail address. Write it as name@example.com.", text=value))
    return value


_OF_ACCOUNT = {
    "name": check_name,
    "language": _language,
    "time_zone": _time_zone,
    "invitation_days": _number(INVITATION_DAYS, may_be_none=True),
    "remind_invited": lambda _name, value: bool(value),
    "reply_to": _reply_to,
}
_OF_SECURITY = {
    "two_step": partial(one_of, TWO_STEP),
    "session_hours": _number(SESSION_HOURS, may_be_none=True),
    "seat_limit": _number(SEATS, may_be_none=True),
    "over_seats": partial(one_of, OVER_SEATS),
    "log_days": _number(LOG_DAYS),
    "log_body_days": _number(LOG_BODY_DAYS),
}
