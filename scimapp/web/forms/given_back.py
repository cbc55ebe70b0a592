"""A form whose answer was an error page, as that page gives it back: what was typed can be read and sent again."""

from flask import request, url_for
from flask_login import current_user
from msgspec import Struct
from werkzeug.exceptions import HTTPException

from ...auth.form_owners import mark_of
from ..addresses import local_path, way_back
from ..other_sites import is_from_elsewhere
from .kept import FILE_LEFT_OUT, MADE_FOR, SECRET_LEFT_OUT, in_two, kept_to_wait, waiting
from .labels import labelled


class GivenBack(Struct, frozen=True):
    """``typed``: [labels.Shown] that people typed; ``carried``: [(name, value)] that the form brought along; ``target``: where
    it is sent; ``back``: where to start over; ``has_file``: whether a file was sent, which is not kept; ``lacks_secrets``:
    whether a password or code was, so that sending it again leads to a page that asks for it; ``made_for``: the mark of the
    person whose page it stood on, None where nobody was signed in.
    """

    typed: list
    carried: list
    target: str
    back: str
    has_file: bool = False
    lacks_secrets: bool = False
    made_for: str | None = None

    @property
    def is_of_another(self):
        """Whether somebody else is signed in now than the person whose page it stood on."""
        if self.made_for is None or not current_user.is_authenticated:
            return False
        return self.made_for != mark_of(current_user.id)

    @property
    def is_empty(self):
        """Whether nothing would be lost: the form of a button, or one whose inputs were all left empty."""
        return not self.typed and not any(value for _name, value in self.carried)


def given_back(pairs, target, back):
    """The GivenBack of ``[(name, value)]``, as ``kept_to_wait`` or ``waiting`` tell them."""
    has_file, lacks_secrets = FILE_LEFT_OUT in pairs, SECRET_LEFT_OUT in pairs
    made_for = next((value for name, value in pairs if name == MADE_FOR), None)
    pairs = [pair for pair in pairs if pair not in (FILE_LEFT_OUT, SECRET_LEFT_OUT) and pair[0] != MADE_FOR]
    typed, carried = in_two(pairs)
    shown, unreadable = labelled(typed, {name for name, _value in pairs})
    return GivenBack(shown, [*carried, *unreadable], target, back, has_file, lacks_secrets, made_for)


def of_request():
    """The GivenBack of the form that was sent; None where none was, where it cannot be read, and for one that another site
    filled in.
    """
    if request.method != "POST" or is_from_elsewhere():
        return None
    try:
        pairs = kept_to_wait()
    except HTTPException:  # it is too large, or the browser went away while it was read
        return None
    return given_back(pairs, request.full_path.rstrip("?"), way_back() or url_for("web.home"))


def of_sign_in():
    """The GivenBack of the form that the sign-in form carries along, None without one."""
    address, pairs = waiting()
    if not local_path(address):
        return None
    # Pages where a file is chosen can be asked for anew; other forms may have none at their address.
    return given_back(pairs, address, address if FILE_LEFT_OUT in pairs else url_for("web.home"))
