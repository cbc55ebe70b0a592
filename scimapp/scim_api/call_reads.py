"""A short way to describe the most frequent calls: plain reads of people and groups.

What such calls have in common is described once and copied. A call with anything unusual, above all a secret or a
character to mask, is left to ``call_description``, which describes every call. A test keeps both results equal.
"""

import re
from functools import partial

import orjson

from ..directory.calls.call_log import Description
from .call_description import HINT, KINDS, LONGEST_ID, label_of, path_of, usual_columns
from .call_facts import facts_of_bodies, looked_for
from .call_looks import are_plain, is_plain, plain_query
from .call_masking import Masking
from .call_operations import IS_FILTERED

_ID = re.compile(rb'\{"schemas":\["[^\]]*"\],"id":"([^"\\]+)"')  # how our resources begin


def describe_read(seen):
    """The Description of a GET answered with people or groups; None for any other call."""
    if not _is_answered_read(seen):
        return None
    path, raw_query, only = seen.path[len(seen.base) :], seen.raw_query, seen.excerpt.only
    noun, *rest = path[1:].split("/")
    kind, query = KINDS.get(noun), plain_query(seen.query) if raw_query else ""
    if kind is None or query is None or rest[1:] or rest == [""]:
        return None
    if not is_plain(f"{path}?{query}") or not are_plain(seen.answer, seen.schema):
        return None
    if rest:
        if only != seen.answer:  # a list instead of one resource
            return None
        operation, facts, scim_id = "read", {}, rest[0]
    else:
        operation = "find" if IS_FILTERED.search(raw_query) else "list"
        facts = facts_of_bodies(seen, kind, operation, {}, {}) | looked_for(query, {}, operation)
        found = only and _ID.match(only)
        if only and (found is None or operation == "list"):  # rare: a list with a single resource
            return None
        scim_id = found[1].decode() if found else None
    # An admitted call carried one of our tokens: it is masked by its form and shown by its last characters.
    usual = usual_columns(seen.token, seen.secret[-HINT:], "GET", operation, 200, kind, seen.address, seen.agent)
    if usual is None:
        return None
    columns, sought = usual.copy(), facts.get("sought")
    columns["path"] = path_of(path, query, facts, None)
    columns["facts"], columns["milliseconds"] = facts, seen.milliseconds
    if scim_id is None:
        columns["target_label"] = sought
    name = only and partial(_label, only, sought)
    return Description(columns, scim_id and scim_id[:LONGEST_ID], None, seen.answer.decode(), name)


def _is_answered_read(seen):
    """Whether a call was a GET below the base URL, answered with resources, with no warnings or facts to report."""
    if seen.method != "GET" or seen.status != 200 or seen.token is None:
        return False
    if seen.excerpt is None or seen.excerpt.has_long_lists or seen.body or seen.warnings or seen.facts:
        return False
    return seen.path.startswith(f"{seen.base}/")


def _label(only, sought):
    """The name of a resource that is no longer in the directory."""
    return Masking().clean_all(label_of(orjson.loads(only)) or sought)
