"""The answer of a mail server in plain words: by its enhanced status code (RFC 3463), else by its reply (RFC 5321)."""

import re

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from msgspec import Struct

_CODES = re.compile(r"(\d{3})(?:[ -](\d\.\d{1,3}\.\d{1,3}))?")
_NO_MAILBOX, _FULL = _l("The mailbox does not exist."), _l("The mailbox is full.")
_UNKNOWN_SENDER = _l("The mail server does not know our user name and password.")
_LATER = _l("The mail server asks us to come back later.")
_REFUSED = _l("The mail server does not accept this mail.")
_BY_ENHANCED = {
    "5.1.0": _NO_MAILBOX, "5.1.1": _NO_MAILBOX, "5.1.6": _NO_MAILBOX, "5.1.10": _NO_MAILBOX,
    "5.1.2": _l("The domain of the address takes no mail."), "5.1.3": _l("The address is written wrongly."),
    "4.2.2": _FULL, "5.2.2": _FULL, "5.2.1": _l("The mailbox is switched off."), "5.3.4": _l("The mail is too large."),
    "5.4.4": _l("The domain of the address takes no mail."), "5.7.0": _UNKNOWN_SENDER, "5.7.8": _UNKNOWN_SENDER,
    "5.7.1": _l("The mail server does not accept mail from us."),
}  # fmt: skip
_BY_REPLY = {
    "421": _LATER, "450": _LATER, "451": _LATER, "452": _LATER, "530": _UNKNOWN_SENDER, "534": _UNKNOWN_SENDER,
    "535": _UNKNOWN_SENDER, "550": _NO_MAILBOX, "551": _NO_MAILBOX, "552": _FULL,
    "553": _l("The address is written wrongly."), "554": _REFUSED,
}  # fmt: skip
# Errors without an answer: a part of the text → the end of "Mail cannot be sent: …".
_UNREACHABLE = (
    ("refused", _l("smtp connection refused")),
    ("timed out", _l("smtp server does not answer")),
    ("name or service not", _l("smtp server not found")),
    ("nodename nor servname", _l("smtp server not found")),
    ("name resolution", _l("smtp server not found")),
    ("certificate", _l("smtp certificate not trusted")),
    ("starttls", _l("smtp server offers no encryption")),
    ("no route", _l("no way to the smtp server")),
    ("unreachable", _l("no way to the smtp server")),
    ("closed", _l("smtp connection broken off")),
    ("reset by peer", _l("smtp connection broken off")),
    ("broken pipe", _l("smtp connection broken off")),
)


class Answer(Struct, frozen=True):
    """``words`` are plain, ``code`` is short ("550 5.1.1"), ``original`` is the whole answer; each "" if missing."""

    words: str = ""
    code: str = ""
    original: str = ""

    @property
    def line(self):
        """The words, and the code behind them."""
        return f"{self.words} ({self.code})" if self.code else self.words


def answer_of(text):
    """The Answer in a mail's last error; an empty one for None."""
    if not text:
        return Answer()
    codes = _CODES.match(text)
    if codes is None:
        unreachable = unreachable_words(text)
        return (
            Answer(gettext(text))
            if unreachable == text
            else Answer(gettext("No connection: %(reason)s.", reason=unreachable), "", text)
        )
    reply, enhanced = codes.groups()
    words = _BY_ENHANCED.get(enhanced) or _BY_REPLY.get(reply) or (_LATER if reply[0] == "4" else _REFUSED)
    return Answer(str(words), codes[0].replace("-", " "), text)


def unreachable_words(text):
    """Why no mail can be sent at all, as the end of a sentence; unknown errors keep their own text."""
    codes = _CODES.match(text)
    if codes is not None:
        return gettext("smtp answers %(code)s", code=codes[0].replace("-", " "))
    return next((str(words) for part, words in _UNREACHABLE if part in text.lower()), text)
