"""Wrong passwords of one address and from one network: who guesses has to wait (security L5).

Every place that takes a password counts here, so that guessing is no quicker at another door. A browser that is known for what is
tried (``known_browsers``) counts for itself: tries from anywhere else keep nobody out of it.
"""

from ..directory.sign_in import throttle
from ..directory.text_keys import fold_email

PER_ADDRESS, PER_NETWORK, MINUTES = 10, 50, 15
PAUSE_MINUTES = 5
# Of a second step, which only somebody with the right password can try: once ten were wrong, two an hour until a day has passed.
# Three codes of a million are right at any moment.
CODES_PER_PERSON, CODE_MINUTES, CODE_PAUSE_MINUTES = 10, 24 * 60, 30


class Attempts:
    """Tries with the password of whoever has the e-mail address ``email``, from the address ``network``.

    ``browser`` is the number of one that is known for it.
    """

    def __init__(self, email, network, browser=None):
        # Folded as the look-up does it: another spelling of an address is no further set of tries.
        self._person, self._network = f"sign-in {fold_email(email)}", f"sign-in from {throttle.network_of(network)}"
        if browser is not None:
            self._person += f" in {browser}"

    def begin(self):
        """Count a try as a wrong one, before the password is looked at; None, or when the next is possible."""
        return throttle.count_try({self._person: PER_ADDRESS, self._network: PER_NETWORK}, MINUTES, PAUSE_MINUTES)

    def left(self):
        """How many more may follow a wrong password before a pause."""
        return max(PER_ADDRESS - throttle.failures(self._person, MINUTES), 0)

    def succeeded(self):
        """The password was right: the try was no failure, and earlier ones of this person no longer count."""
        throttle.was_right(forgiven=self._person, counted=self._network)


class CodeAttempts:
    """Tries with the second step of the person ``user_id``, from the address ``network``. ``what`` tells kinds of codes apart:
    whoever guesses at those of the app does not keep the person from using one on paper.

    With ``is_long`` the code cannot be guessed, so a pause is for the network that tries: it keeps the person from none elsewhere.
    ``browser`` is the number of one that is known for codes of the person.
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
        """Count a try as a wrong one, before the code is looked at; None, or when the next is possible."""
        person = (CODES_PER_PERSON, CODE_MINUTES, CODE_PAUSE_MINUTES)
        # Who has to wait anyhow uses up no tries of the others behind the network.
        return (
            throttle.wait_until(self._person, *person)
            or throttle.count_try({self._network: PER_NETWORK}, MINUTES, PAUSE_MINUTES)
            or throttle.count_try({self._person: person[0]}, *person[1:])
        )

    def left(self):
        """How many more may follow a wrong code before a pause."""
        return max(CODES_PER_PERSON - throttle.failures(self._person, CODE_MINUTES), 0)

    def are_used_up(self):
        """Whether the wrong code just now was the last before the first pause."""
        return throttle.failures(self._person, CODE_MINUTES) == CODES_PER_PERSON

    def succeeded(self):
        """The code was right: the try was no failure, and earlier ones no longer count."""
        throttle.was_right(forgiven=self._person, counted=self._network)
