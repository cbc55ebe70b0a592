"""Pauses after too many tries: the sentence, the header, and the limit per network (security L5, V14)."""

import math
from datetime import timedelta

from flask import request
from flask_babel import gettext as _
from werkzeug.exceptions import TooManyRequests

from ..directory import clock
from ..directory.sign_in import throttle
from ..local_time import time_of

PER_NETWORK, MINUTES = 20, 15


def too_many(until):
    """The sentence of a pause. It names the next full minute, when a try is accepted."""
    minute = until.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return _("Too many tries. You can try again at %(time)s.", time=time_of(minute))


def retry_after(until):
    """The Retry-After header of a pause: whole seconds, at least one."""
    return {"Retry-After": str(max(1, math.ceil((until - clock.now()).total_seconds())))}


def pause_of_network(what):
    """Count a ``what`` of this network. Returns None, or the end of its pause (then nothing is counted)."""
    return throttle.count_try({f"{what} from {throttle.network_of(request.remote_addr)}": PER_NETWORK}, MINUTES)


def hold_back(what):
    """As ``pause_of_network``, for a button without its own page. Raises TooManyRequests with the moment."""
    until = pause_of_network(what)
    if until is not None:
        raise TooManyRequests(retry_after=until)
