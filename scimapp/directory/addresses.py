"""Rules for an e-mail address that a person types; directories may send shorter ones, such as ``a@corp``."""

import re

from .people.profile import MAXIMUM_EMAIL, is_address
from .words import say

_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"  # RFC 5322, section 3.2.3
_MAILBOX = re.compile(rf"{_ATOM}(\.{_ATOM})*@[\w-]{{1,63}}(\.[\w-]{{1,63}})*", re.ASCII)


def complaint(text):
    """What is wrong with a typed address, as a Sentence; None when nothing is."""
    if not text:
        return say("Enter an e-mail address.")
    if len(text) > MAXIMUM_EMAIL:
        return say("At most %(num)s characters.", num=MAXIMUM_EMAIL)
    if cannot_be_mailed(text):
        return say("“%(address)s” is not an e-mail address. Write it as name@example.com.", address=text)
    if "." not in text.rpartition("@")[2].strip("."):
        return say("“%(address)s” has no domain ending. Write it as name@example.com.", address=text)
    return None


def cannot_be_mailed(text):
    """Whether no mail can be sent to ``text``, such as ``a..b@corp.example``; of addresses beyond ASCII only sending tells."""
    return not is_address(text) or (text.isascii() and not is_mailbox(text))


def is_mailbox(text):
    """Whether ``text`` is one address in ASCII as every mail program reads it, so that it may stand in the header of any mail."""
    return len(text) <= MAXIMUM_EMAIL and _MAILBOX.fullmatch(text) is not None and "=?" not in text
