"""Blanks an erased person in the provisioning log: names, values and bodies go; what was called, and when, stays."""

from datetime import timedelta
from functools import partial

from sqlalchemy import bindparam, case, delete, func, literal, update

from ...database import db
from ...database.statements import Prepared
from ..model import ScimCall, ScimCallBody, User
from ..scope import own_rows
from ..sql.chunks import in_chunks
from ..sql.functions import text_position
from ..sql.lists import among, json_list
from ..text_keys import search_text

CHUNK = 500  # rows in one statement


def _before(text, mark):
    return func.substr(text, 1, text_position(text.concat(mark), mark) - 1)


_WITHOUT_QUERY = _before(ScimCall.path, "?")
# Without a known target, the path may contain anything after the resource type, such as an address instead of an id.
_PATH = case(
    (ScimCall.target_id.is_(None), literal("/").concat(_before(func.substr(_WITHOUT_QUERY, 2), "/"))),
    else_=_WITHOUT_QUERY,
)
_ERASED = Prepared(
    own_rows(User, User.id, User.display_name).where(among(User.id, bindparam("ids")), User.erased_at.is_not(None))
)


def steps(scope, own, sayings, bodies, label):
    """The steps that blank calls with these numbers, which ``mentions`` finds: pairs of a number of calls and a function.

    ``label`` is the new name of the person.
    """
    ways = ((own, partial(_blank, label=label)), (sayings, _blank), (bodies, _delete_bodies))
    return [(len(part), partial(way, scope, part)) for seqs, way in ways for part in in_chunks(seqs, CHUNK)]


def _blank(scope, seqs, label=None):
    _delete_bodies(scope, seqs)
    values = {"facts": {}, "detail": None, "warnings": None, "path": _PATH}
    if label is not None:
        values |= {"target_label": label, "target_key": search_text(label)}
    mine = (ScimCall.account_id == scope.account_id, ScimCall.seq.in_(seqs))
    db.session.execute(update(ScimCall).where(*mine).values(**values), execution_options={"synchronize_session": False})


def _delete_bodies(scope, seqs):
    bodies = (ScimCallBody.account_id == scope.account_id, ScimCallBody.call_seq.in_(seqs))
    db.session.execute(delete(ScimCallBody).where(*bodies), execution_options={"synchronize_session": False})


def leave_out(account_id, described, until):
    """Blank those of an account's unwritten calls, ``(PendingCall, Description)``, that began before ``until``.

    They may name a person who was erased by then. Nobody can check that any more, since the erased values are gone.
    """
    early = [
        what for call, what in described if call.at - timedelta(milliseconds=what.columns["milliseconds"]) <= until
    ]
    ids = {told["target_id"] for what in early if (told := what.columns)["target_kind"] == "person"}
    called = dict(_ERASED.tuples(account_id=account_id, ids=json_list(ids - {None}))) if early else {}
    for what in early:
        blank_unwritten(what)
        told = what.columns
        if told["target_id"] in called or told["target_id"] is None:
            told["target_label"] = called.get(told["target_id"])
            told["target_key"] = told["target_label"] and search_text(told["target_label"])


def blank_unwritten(described):
    """Reduce an unwritten Description to what was called and the outcome: numbers and attribute names."""
    described.request = described.answer = None
    told = described.columns
    facts = {name: fact for name, fact in told["facts"].items() if name == "fields" or isinstance(fact, int)}
    told |= {"facts": facts, "detail": None, "warnings": None}
    path = told["path"].partition("?")[0]
    told["path"] = f"/{path[1:].partition('/')[0]}" if told["target_id"] is None else path
