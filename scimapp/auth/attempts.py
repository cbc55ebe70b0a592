"""Counts wrong passwords per e-mail address and per network, and makes guessers wait (security L5).

Every place that takes a password counts here, so guessing is equally slow everywhere. A browser known for the address
or person (``known_browsers``) has its own count: tries from elsewhere do not lock its user out.
"""

from ..directory.sign_in import throttle
from ..directory.text_keys import fold_email

PER_ADDRESS, PER_NETWORK, MINUTES = 10, 50, 15
PAUSE_MINUTES = 5
# Limits for a second step, which needs the right password first: after ten wrong codes, two an hour until a day has passed.
# Three codes in a million are right at any moment.
CODES_PER_PERSON, CODE_MINUTES, CODE_PAUSE_MINUTES = 10, 24 * 60, 30


class Attempts:
    """Tries with the password of the person with the address ``email``, from the network address ``network``.

    ``browser`` is the number of a browser known for this address, else None.
    """

    def __init__(self, email, network, browser=None):
        # Folded as in the look-up, so that another spelling of an address gives no further tries.
        self._person, self._network = f"sign-in {fold_email(email)}", f"sign-in from {throttle.network_of(network)}"
        if browser is not None:
            self._person += f" in {browser}"

    def begin(self):
        """Count a try as wrong before the password is checked. Returns None, or when the next try is possible."""
        return throttle.count_try({self._person: PER_ADDRESS, self._network: PER_NETWORK}, MINUTES, PAUSE_MINUTES)

    def left(self):
        """How many tries are left after a wrong password before a pause."""
        return max(PER_ADDRESS - throttle.failures(self._person, MINUTES), 0)

    def succeeded(self):
        """Note that the password was right: uncount this try, and forget earlier failures of this person."""
        throttle.was_right(forgiven=self._person, counted=[self._network])

    def was_right(self):
        """Note that the password was right and lets nobody in: uncount this try, and forget nothing.

        The address may be somebody else's, given to a person of another account and never confirmed.
        """
        throttle.was_right(forgiven=None, counted=[self._person, self._network])


class CodeAttempts:
    """Tries with the second step of the person ``user_id``, from the network address ``network``. ``what`` is the kind
    of code: guesses at the codes of the app do not block recovery codes.

    With ``is_long`` the code cannot be guessed, so a pause applies only to the network that tries, not to the person
    elsewhere. ``browser`` is the number of a browser known for codes of the person.
    """

    def __init__(self, what, user_id, network, browser=None, *, is_long=False):
        network = throttle.network_of(network)
        self._person = f"{what} of {user_id}"
        if browser is not None:
            self._person += f" in {browser}"
        elif is_long:
            self._person += f" from {network}"
        self._network = f"sign-in from {network}"

    def begin(self):
        """Count a try as wrong before the code is checked. Returns None, or when the next try is possible."""
        person = (CODES_PER_PERSON, CODE_MINUTES, CODE_PAUSE_MINUTES)
        # A person who has to wait anyway uses up no tries of others in the same network.
        return (
            throttle.wait_until(self._person, *person)
            or throttle.count_try({self._network: PER_NETWORK}, MINUTES, PAUSE_MINUTES)
            or throttle.count_try({self._person: person[0]}, *person[1:])
        )

    def left(self):
        """How many tries are left after a wrong code before a pause."""
        return max(CODES_PER_PERSON - throttle.failures(self._person, CODE_MINUTES), 0)

    def are_used_up(self):
        """Whether the latest wrong code was the last one before the first pause."""
        return throttle.failures(self._person, CODE_MINUTES) == CODES_PER_PERSON

    def succeeded(self):
        """Note that the code was right: uncount this try, and forget earlier failures."""
        throttle.was_right(forgiven=self._person, counted=[self._network])
