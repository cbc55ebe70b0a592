"""Every address of the application, from its URL map, with the kind of id that each wants.

A new route is tried by every test that asks here. One with an argument that no kind is known for fails them.
"""

import difflib
import re
import secrets
import uuid
from dataclasses import dataclass

# The kind of thing (see ``ground``) that an argument names.
KINDS = {
    "user_id": "person",
    "group_id": "group",
    "field_id": "field",
    "token_id": "token",
    "batch_id": "batch",
    "mail_id": "mail",
    "seq": "entry",
    "request_id": "call",
    "session_id": "session",
}
# Where an endpoint wants another kind than the name of its argument says, so that there is something to do.
SPECIAL = {
    "web.user_activate": "inactive_person",
    "web.user_erase": "inactive_person",
    "web.user_invite": "invited_person",
    "web.user_invitation_link": "invited_person",
    "web.user_unlink": "managed_person",
    "web.transfer_ownership_to": "super_admin",
    "web.group_unlink": "managed_group",
    "web.field_restore": "archived_field",
    "web.configure_save": "draft",
    "web.configure_leave": "draft",
    "web.stop_release": "stopped_token",
    "web.stop_keep": "stopped_token",
    "web.user_import_preview": "preview",
    "web.user_import_columns": "preview",
    "web.user_import_check": "preview",
    "web.user_import_drop": "preview",
    "web.user_import_errors": "preview",
    "scim_api.get_resource_user": "managed_person",
    "scim_api.replace_resource_user": "managed_person",
    "scim_api.patch_resource_user": "managed_person",
    "scim_api.remove_resource_user": "managed_person",
    "scim_api.get_resource_group": "managed_group",
    "scim_api.replace_resource_group": "managed_group",
    "scim_api.patch_resource_group": "managed_group",
    "scim_api.remove_resource_group": "managed_group",
}
# Arguments that name nothing of an account: a secret that decides the account by itself, or a word of the program.
SECRETS = frozenset(("web.confirm_email", "web.accept_invitation", "web.reset_password", "web.setup"))
WORDS = {"web.guide": "okta", "scim_api.resource_type": "User", "scim_api.schema": "urn:ietf:params:scim:schemas:core:2.0:User",
         "static": "css/base.css"}  # fmt: skip
SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
_VOLATILE = re.compile(
    r'value="[\w-]{50,}\.[\w-]+\.[\w-]+"'  # the CSRF proof, of whichever form
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|\bb-[0-9a-f]{8}\b|\b[0-9a-f]{16}\b|\d\d:\d\d(:\d\d)?"
    r"|\bjust now\b|\b\d+ min ago\b"
)


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint with one method. ``kind`` is that of its id, None where it names nothing of an account."""

    endpoint: str
    method: str
    rule: object
    kind: str | None

    def __str__(self):
        return f"{self.method} {self.rule.rule}"

    @property
    def is_safe(self):
        return self.method in SAFE

    def address(self, thing=None, account_id=None):
        """The path with ``thing`` as its id, ``account_id`` where SCIM wants one."""
        values = {}
        for argument in self.rule.arguments:
            if argument == "account_id":
                values[argument] = account_id
            elif self.endpoint in WORDS:
                values[argument] = WORDS[self.endpoint]
            else:
                values[argument] = thing if thing is not None else unknown(self.kind)
        path = self.rule.rule
        for argument, value in values.items():
            path = re.sub(rf"<([^<>]+:)?{argument}>", lambda _, value=value: str(value), path)
        return path


def routes(app, blueprint):
    """Every Route of "web" or "scim_api", in the order of the URL map."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] == blueprint:
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                found.append(Route(rule.endpoint, method, rule, _kind(rule)))
    return found


def unknown(kind):
    """An id of this kind, in its usual form, that nothing has."""
    if kind == "entry":
        return "987654321"
    if kind in ("call", "session"):
        return secrets.token_hex(8)
    if kind in ("batch", "preview"):
        return f"b-{secrets.token_hex(4)}"
    if kind in ("field", "archived_field"):
        return f"nothing{secrets.token_hex(4)}"
    if kind is None:
        return secrets.token_urlsafe(32)
    return str(uuid.uuid4())


def assert_alike(answer, thing, other, nothing, route):
    """Two answers that tell the same, one about ``thing`` and one about ``nothing``."""
    first, second = (
        _told(shown, [ids] if isinstance(ids, str) else ids) for shown, ids in ((answer, thing), (other, nothing))
    )
    assert first == second, f"{route}\n" + "\n".join(
        difflib.unified_diff(second, first, "of nothing", "of theirs", n=0)
    )


def _told(answer, ids):
    """An answer without what differs between any two: its request id, the CSRF proof, times, and ``ids``."""
    text = answer.get_data(as_text=True)
    place = answer.headers.get("Location", "")
    for each in ids:
        if each.isdigit():
            # A number alone stands in many places. The slash stays: of two ids of calls one may happen to be a number.
            mine = re.compile(rf"(?<=/){each}\b(?!-)")
            text, place = mine.sub("ID", text), mine.sub("ID", place)
        else:
            text, place = text.replace(each, "ID"), place.replace(each, "ID")
    headers = {
        name: value for name, value in answer.headers
        if name not in ("X-Request-ID", "Location", "Set-Cookie", "Content-Length", "Date", "Retry-After")
    }  # fmt: skip
    facts = [
        str(answer.status_code),
        _VOLATILE.sub("…", place),
        *(f"{name}: {value}" for name, value in sorted(headers.items())),
    ]
    return facts + _VOLATILE.sub("…", text).splitlines()


def _kind(rule):
    arguments = rule.arguments - {"account_id"}
    if not arguments or rule.endpoint in SECRETS or rule.endpoint in WORDS:
        return None
    assert len(arguments) == 1, f"{rule}: say in tests/trust/routes.py which of its ids is of which kind"
    (argument,) = arguments
    kind = SPECIAL.get(rule.endpoint) or KINDS.get(argument)
    assert kind, f"{rule}: say in tests/trust/routes.py what <{argument}> is the id of"
    return kind
