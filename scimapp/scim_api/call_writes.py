"""A short way to describe the most frequent writes: people and groups created, changed or removed without complaint.

Bodies are masked like those of any call. The columns that such calls share are described once and copied, and only what
the write of one resource can have is examined. Any other call is left to ``call_description``, as in ``call_reads``. A test
keeps both results equal.
"""

from functools import partial

import orjson

from ..directory.calls.call_log import LONGEST_TEXT, Description
from .call_description import HINT, KINDS, LONGEST_ID, label_of, usual_columns
from .call_facts import facts_of_bodies
from .call_looks import are_plain, is_plain
from .call_masking import Body, Masking
from .call_operations import written_by

_DONE = {"POST": (201,), "PUT": (200,), "PATCH": (200, 204), "DELETE": (204,)}
_NOTHING = Body(b"")


def describe_write(seen):
    """The Description of a successful write of one person or group; None for any other call."""
    if not _is_done(seen):
        return None
    path, excerpt = seen.path[len(seen.base) :], seen.excerpt
    noun, *rest = path[1:].split("/")
    kind, is_new = KINDS.get(noun), seen.method == "POST"
    scim_id = rest[0] if rest else excerpt and excerpt.scim_id
    if (
        kind is None
        or not scim_id
        or rest[1:]
        or is_new == bool(rest)
        or len(path) > LONGEST_TEXT
        or not is_plain(path)
    ):
        return None
    if excerpt is not None and not are_plain(seen.answer, seen.schema):
        return None
    masking = Masking(seen.secret)
    sent = masking.read(seen.body) if seen.body else _NOTHING
    value = sent.value if isinstance(sent.value, dict) else {}
    operation, facts = written_by(seen.method, kind, value), facts_of_bodies(seen, kind, None, value, {})
    # An admitted call carried one of our tokens: it is masked by its form and shown by its last characters.
    usual = usual_columns(
        seen.token, seen.secret[-HINT:], seen.method, operation, seen.status, kind, seen.address, seen.agent
    )
    request, answer = masking.text_of(sent), masking.text_of(Body(seen.answer, None, True))
    if usual is None or not masking.is_kept:
        return None
    columns = usual.copy()
    columns["path"], columns["facts"], columns["milliseconds"] = path, facts, seen.milliseconds
    if masking.met_others:
        columns, scim_id = masking.clean_all([columns, scim_id])
    name = partial(_label, masking, excerpt and excerpt.only, value)
    return Description(columns, scim_id[:LONGEST_ID], request, answer, name)


def _is_done(seen):
    """Whether a call was a successful write below the base URL, with no warnings or facts to report."""
    if seen.status not in _DONE.get(seen.method, ()) or seen.token is None or seen.raw_query:
        return False
    if seen.warnings or seen.facts or seen.cause is not None or not seen.path.startswith(f"{seen.base}/"):
        return False
    return not (seen.answer if seen.excerpt is None else seen.excerpt.has_long_lists)


def _label(masking, only, sent):
    """The name of a resource that is no longer in the directory."""
    return masking.clean_all((label_of(orjson.loads(only)) if only else None) or label_of(sent))
