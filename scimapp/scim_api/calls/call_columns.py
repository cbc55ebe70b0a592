"""What all descriptions of a call share: its columns, where it went, and the name of the resource it was about.

``call_description`` describes any call. ``call_reads`` and ``call_writes`` are short ways for frequent ones, whose
columns are described once and copied.
"""

from functools import lru_cache

import orjson

from ...directory.calls.pending_calls import LONGEST_TEXT
from .call_facts import LONGEST_NAME
from .call_masking import Masking

KINDS = {"Users": "person", "Groups": "group"}  # as our routes spell them
LONGEST_ID = 64
_HINT = 4  # characters of a token that are kept


def hint_of(secret):
    """The part of one of our tokens that is shown."""
    return secret[-_HINT:]


def resource_at(seen):
    """``(path, kind, id)`` of an admitted call for people or groups; the id is None for all of them.

    None for any other call.
    """
    if seen.token is None or not seen.path.startswith(f"{seen.base}/"):
        return None
    path = seen.path[len(seen.base) :]
    noun, *rest = path[1:].split("/")
    if noun not in KINDS or len(rest) > 1 or rest == [""]:
        return None
    return path, KINDS[noun], rest[0] if rest else None


def usual_columns(seen, operation, kind, path, facts):
    """The columns of an admitted call that was answered without complaint. None if one of the shared ones has to be masked.

    Such a call carried one of our tokens, which is masked by its form and shown by its last characters.
    """
    usual = _usual(
        seen.token, hint_of(seen.secret), seen.method, operation, seen.status, kind, seen.address, seen.agent
    )
    return usual and usual | {"path": path, "facts": facts, "milliseconds": seen.milliseconds}


@lru_cache(maxsize=256)
def _usual(*parts):
    columns = columns_of(*parts)
    return columns if Masking().clean_all(columns) is columns else None


def columns_of(token, hint, method, operation, status, target_kind, address, agent):
    """The columns of an answered call that do not depend on its bodies. ``token`` is None for a call without a valid one."""
    return {
        "token_id": token and token.id,
        "token_label": token and token.label,
        "provider": token and token.provider,
        "token_hint": hint,
        "method": method[:8],
        "path": None,
        "operation": operation,
        "status": status,
        "result": "answered",
        "scim_type": None,
        "detail": None,
        "cause": None,
        "facts": None,
        "warnings": None,
        "target_kind": target_kind,
        "target_id": None,
        "target_label": None,
        "milliseconds": None,
        "address": address,
        "agent": agent[:LONGEST_NAME] or None,
    }


def path_of(path, query):
    """The path below the base URL with its query."""
    return (f"{path}?{query}" if query else path)[:LONGEST_TEXT]


def name_in(masking, only, *others):
    """The name of a resource that is no longer in the directory: in ``only``, its JSON or None, else in the first of the
    ``others`` that has one, bodies as dicts or names. ``masking`` is that of the call, None if there was nothing to mask.
    """
    found = label_of(orjson.loads(only)) if only else None
    for other in others:
        found = found or (label_of(other) if isinstance(other, dict) else other)
    return (masking or Masking()).clean_all(found)


def label_of(body):
    """The name that a body gives a resource."""
    name = body.get("name") if isinstance(body.get("name"), dict) else {}
    parts = " ".join(str(name[part]) for part in ("givenName", "familyName") if name.get(part))
    label = body.get("displayName") or parts or body.get("userName")
    return " ".join(str(label).split())[:LONGEST_NAME] or None if label else None
