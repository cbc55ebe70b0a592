"""A short way to describe the most frequent writes: people and groups created, changed or removed without complaint.

Bodies are masked like those of any call, and only what the write of one resource can have is examined. Any other call
is left to ``call_description``, as in ``call_reads``. A test keeps both results equal.
"""

from functools import partial

from ...directory.calls.pending_calls import LONGEST_TEXT, Description
from .call_columns import LONGEST_ID, name_in, resource_at, usual_columns
from .call_facts import facts_of_bodies
from .call_looks import are_plain, is_plain
from .call_masking import Body, Masking
from .call_operations import written_by

_DONE = {"POST": (201,), "PUT": (200,), "PATCH": (200, 204), "DELETE": (204,)}


def describe_write(seen):
    """The Description of a successful write of one person or group; None for any other call."""
    if not _is_done(seen):
        return None
    resource, excerpt = resource_at(seen), seen.excerpt
    if resource is None or (seen.method == "POST") != (resource[2] is None):
        return None
    path, kind, scim_id = resource
    scim_id = scim_id or (excerpt and excerpt.scim_id)
    if not scim_id or len(path) > LONGEST_TEXT or not is_plain(path):
        return None
    if excerpt is not None and not are_plain(seen.answer, seen.schema):
        return None
    masking = Masking(seen.secret)
    sent = masking.read(seen.body)
    operation, facts = written_by(seen.method, kind, sent.object), facts_of_bodies(seen, kind, None, sent.object, {})
    columns = usual_columns(seen, operation, kind, path, facts)
    request, answer = masking.text_of(sent), masking.text_of(Body(seen.answer, None, True))
    if columns is None or not masking.is_kept:
        return None
    if masking.met_others:
        columns, scim_id = masking.clean_all([columns, scim_id])
    name = partial(name_in, masking, excerpt and excerpt.only, sent.object)
    return Description(columns, scim_id[:LONGEST_ID], request, answer, name)


def _is_done(seen):
    """Whether a call was a successful write, with no warnings or facts to report."""
    if seen.status not in _DONE.get(seen.method, ()) or seen.raw_query:
        return False
    if seen.warnings or seen.facts or seen.cause is not None:
        return False
    return not (seen.answer if seen.excerpt is None else seen.excerpt.has_long_lists)
