"""An authenticator app: what a person has in the pocket."""

import base64
import hashlib
import hmac
import struct

from scimapp.directory import clock, secrets
from scimapp.directory.scope import person_scope
from scimapp.directory.sign_in import second_step, totp


class App:
    """An app that was told ``key`` in base32. Written down apart from the product, so that both agree on the standard alone."""

    def __init__(self, key):
        self.key = key.replace(" ", "")
        self._key = base64.b32decode(self.key + "=" * (-len(self.key) % 8))

    def code(self, steps=0):
        """What it shows now, or ``steps`` of 30 seconds later."""
        counter = struct.pack(">Q", int(clock.now().timestamp()) // 30 + steps)
        whole = hmac.new(self._key, counter, hashlib.sha1).digest()
        at = whole[-1] % 16
        return str(struct.unpack(">L", whole[at : at + 4])[0] % 2**31 % 10**6).zfill(6)

    def wrong_code(self):
        """Six digits that are right at no moment near now."""
        right = {self.code(steps) for steps in range(-3, 4)}
        return next(text for text in map("{:06}".format, range(10)) if text not in right)


def switch_on(person):
    """Switch it on for a person without the screens; returns ``(the row after it, App, recovery codes)``."""
    nonce = secrets.new_nonce()
    app = App(totp.as_text(second_step.key_of(person.id, nonce)))
    row, codes = second_step.switch_on(person_scope(person), nonce, app.code())
    return row, app, codes


def set_up(screens):
    """Switch two-step sign-in on for whoever sits at ``screens``; returns ``(App, recovery codes, the last screen)``."""
    shown = screens("/me/two-step/set-up")
    app = App(key_on(shown))
    done = shown.form("two-step-set-up").fill(code=app.code()).submit()
    return app, codes_on(done), done


def key_on(screen):
    """The key as the page shows it."""
    return screen.tree.find("textarea", id="key").text


def codes_on(screen):
    """The recovery codes that a page shows."""
    return screen.tree.find("textarea", id="codes").text.split()


def type_code(screen, code):
    """What comes after a code was typed at the sign-in page."""
    return screen.form("code-form").fill(code=code).submit()


def is_outside(screens):
    """Whether nobody is signed in at these screens."""
    return screens("/me").url.startswith("/sign-in")
