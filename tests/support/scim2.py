"""The independent implementation of the standard, scim2-models, with its client and its tester.

Its classes ask pydantic for the comments beside their fields, and it then looks for the source of each class in every frame
that is running: of a class that is made while a test runs, which has no source, that takes a tenth of a second. No test reads
the descriptions that this finds, so it is not asked.

The tester deletes what it has created after each check, and never forgets what it has deleted, so it would delete all of it
again after each further one: two thirds of its requests.
"""

from pydantic._internal import _fields

_fields._update_fields_from_docstrings = lambda *_, **__: None  # before the first class is made

from scim2_client.engines.wsgi import WSGISCIMClient  # noqa: E402
from scim2_models import Email, EnterpriseUser, Name, PatchOp, SCIMException, ScimFilter, User  # noqa: E402
from scim2_tester import Status, check_server, checkers, filling  # noqa: E402
from scim2_tester.utils import CheckConfig, CheckContext, ResourceManager  # noqa: E402

__all__ = [
    "CheckConfig", "CheckContext", "Email", "EnterpriseUser", "Name", "PatchOp", "SCIMException", "ScimFilter", "Status",
    "User", "WSGISCIMClient", "check_server", "checkers", "filling",
]  # fmt: skip
_clean_up = ResourceManager.cleanup


def _once(manager):
    _clean_up(manager)
    manager.resources.clear()


ResourceManager.cleanup = _once
