"""A person's attributes as one value, and the copies of them in the narrow row.

The attributes keep the names of the standard (``userName``, ``name.givenName``, ``emails``): they are the field's
words, and SCIM answers are put together from the stored document.
"""

import re
import unicodedata
from functools import partial

import orjson
from msgspec import Struct

from ...texts import fold, fold_user_name
from ..errors import InvalidValue
from ..events import Change
from ..text_keys import fold_email, name_order, search_text
from ..words import say
from . import value_index

MAXIMUM_USER_NAME = 512  # characters
MAXIMUM_EMAIL = 320
MAXIMUM_BYTES = 200 * 1024  # of one person's document
MAXIMUM_NAME_KEY = 200
NARROW = frozenset({"userName", "emails", "name", "displayName", "nickName", "title"})  # what ``columns`` is made of
_change = partial(tuple.__new__, Change)  # made of a tuple, without a call of Python
_SPACE = re.compile(r"\s")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# Invisible characters: format characters, line separators, and letters, marks and symbols without a visible shape,
# including those that a renderer may leave out (Default_Ignorable_Code_Point).
_UNSEEN_KINDS = frozenset(("Cf", "Zl", "Zp"))
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8"
    "\U00016fe4\U0001d159\U000e0000-\U000e0fff]"
)


class Profile(Struct, frozen=True):
    """The stored document of one person: three dicts, see ``model.UserDocument``."""

    core: dict
    enterprise: dict
    custom: dict

    @classmethod
    def load(cls, row):
        """From a UserDocument or a PersonRow."""
        return cls(
            orjson.loads(row.core),
            orjson.loads(row.enterprise) if row.enterprise else {},
            orjson.loads(row.custom) if row.custom else {},
        )

    def merged(self, core=(), enterprise=(), custom=()):
        """A profile in which each given attribute replaces the old one and None clears it; the same one if none is given."""
        if not (core or enterprise or custom):
            return self
        return Profile(
            _merge(self.core, core) if core else self.core,
            _merge(self.enterprise, enterprise) if enterprise else self.enterprise,
            _merge(self.custom, custom) if custom else self.custom,
        )

    def store(self, row):
        """Write the three texts into a UserDocument or a PersonRow. Raises InvalidValue for more than MAXIMUM_BYTES."""
        texts = [orjson.dumps(part) if part else b"" for part in (self.core, self.enterprise, self.custom)]
        if sum(map(len, texts)) > MAXIMUM_BYTES:
            raise InvalidValue("attributes", f"all of a person's are at most {MAXIMUM_BYTES // 1024} KiB.")
        row.core = texts[0].decode()
        row.enterprise = texts[1].decode() or None
        row.custom = texts[2].decode() or None

    def entries(self):
        """The index rows, see ``value_index.entries``. A display name made from the name is indexed like a given one."""
        return value_index.entries(*self._found_by())

    def entries_beside(self, before):
        """``(rows of before, rows of this profile)``: as ``entries``, of the attributes that differ between them."""
        pairs = list(zip(before._found_by(), self._found_by(), strict=True))
        return (
            value_index.entries(*[_lacking(was, now) for was, now in pairs]),
            value_index.entries(*[_lacking(now, was) for was, now in pairs]),
        )

    def _found_by(self):
        core = self.core
        if core.get("name") and "displayName" not in core:
            core = core | {"displayName": display_name(core)}
        return core, self.enterprise, self.custom

    def changes_from(self, before):
        """The attributes that differ from ``before``, as Change values in a stable order."""
        if self is before:
            return ()
        found = []
        for old, new in (
            (before.core, self.core),
            (before.enterprise, self.enterprise),
            (before.custom, self.custom),
        ):
            for name in {**old, **new}:
                if old.get(name) != new.get(name):
                    found.append(_change((name, old.get(name), new.get(name))))
        return tuple(found)

    @property
    def email(self):
        """The address to invite and sign in with: the primary one, else the first, else a userName that is one.

        Surrounding blanks, common in tables of people, are ignored.
        """
        first = None
        for item in self.core.get("emails", ()):
            address = (item.get("value") or "").strip()
            if address and item.get("primary"):
                return address
            first = first or address
        if first:
            return first
        return self.core["userName"] if is_address(self.core["userName"]) else None

    def with_email(self, email):
        """A new profile whose address in use is ``email``; its user name follows if it was the old address."""
        emails = [dict(item) for item in self.core.get("emails", ())]
        current = next((item for item in emails if _address_in(item) == self.email), None)
        if current is None:
            emails.append({"value": email, "type": "work", "primary": True})
        else:
            current["value"] = email
        core = {"emails": emails}
        if fold_email(self.core["userName"]) == fold_email(self.email or ""):
            core["userName"] = email
        return self.merged(core)

    @property
    def user_name_key(self):
        """The key of the user name; None if the user name is not a text."""
        user_name = self.core.get("userName")
        return fold_user_name(user_name) if isinstance(user_name, str) else None

    def columns(self, before=None):
        """The values that the narrow row repeats. Raises InvalidValue for a user name or address that cannot be kept.

        What is unchanged since the profile ``before`` is not checked again: it was accepted by the rules of its time, and
        must not block other changes, least of all deactivating the person.
        """
        user_name = self.core.get("userName")
        if not isinstance(user_name, str) or not user_name.strip():
            raise InvalidValue("userName", "a user name is required.")
        if before is None or user_name != before.core.get("userName"):
            _check_line("userName", user_name, MAXIMUM_USER_NAME)
            if user_name != user_name.strip():
                raise InvalidValue("userName", "blanks at the beginning or end are not accepted.")
        email = self.email
        if email is not None and (before is None or email != before.email):
            _check_line("emails", email, MAXIMUM_EMAIL)
        email_key = fold_email(email) if email else None
        if email_key and len(email_key) > MAXIMUM_EMAIL:
            raise InvalidValue("emails", say("at most %(num)s characters.", num=MAXIMUM_EMAIL))
        name = self.core.get("name") or {}
        shown = display_name(self.core)
        return {
            "user_name": user_name,
            "user_name_key": fold_user_name(user_name),
            "email": email,
            "email_key": email_key,
            "display_name": shown,
            "name_key": fold(shown)[:MAXIMUM_NAME_KEY],
            "order_key": name_order(shown, MAXIMUM_NAME_KEY),
            "search_key": search_text(shown, self.core.get("nickName"), user_name, email),
            "given_name": name.get("givenName") or "",
            "family_name": name.get("familyName") or "",
            "title": self.core.get("title") or "",
        }


def display_name(core):
    """The name to show: displayName, else the formatted name, else its parts, else nickname or user name."""
    if core.get("displayName"):
        return core["displayName"]
    name = core.get("name") or {}
    parts = " ".join([part for part in (name.get("givenName"), name.get("familyName")) if part])
    return name.get("formatted") or parts or core.get("nickName") or core["userName"]


def is_address(text):
    """Whether ``text`` looks like an e-mail address. The check is loose, since directories hold ``a@corp.local`` too."""
    local, at, domain = text.rpartition("@")
    return bool(at and local and domain and "@" not in local and not _SPACE.search(text))


def unseen_in(text):
    """The first invisible character, or None."""
    return None if text.isascii() else next(filter(_is_unseen, text), None)


def _address_in(element):
    return (element.get("value") or "").strip()


def _lacking(these, others):
    """Those of ``these`` values that ``others`` do not hold."""
    return {name: value for name, value in these.items() if others.get(name) != value} if these is not others else {}


def _merge(old, new):
    merged = old | dict(new)
    return {name: value for name, value in merged.items() if value is not None and value != [] and value != {}}


def _check_line(attribute, text, longest):
    if len(text) > longest:
        raise InvalidValue(attribute, say("at most %(num)s characters.", num=longest))
    if _CONTROL.search(text):
        raise InvalidValue(attribute, say("control characters are not accepted."))
    unseen = unseen_in(text)
    if unseen:
        text = say("characters that cannot be seen are not accepted (%(code)s).", code=f"U+{ord(unseen):04X}")
        raise InvalidValue(attribute, text)


def _is_unseen(character):
    return unicodedata.category(character) in _UNSEEN_KINDS or bool(_UNSEEN.match(character))
