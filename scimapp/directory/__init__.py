"""The domain: accounts, people, groups, custom fields, invitations, tokens, and the rules that guard them.

Every function that reads or changes an account takes a ``Scope`` first; every change runs in a ``unit_of_work``.
"""

from . import secrets
from .batches import batch_actions, batch_registry
from .imports.import_action import Import
from .links import invitations


def init_app(app, settings):
    """Tell the directory what it must know about the deployment, and register the batch actions."""
    secrets.install(settings.secret_key)
    invitations.install(settings.invitation_days)
    for action in (*batch_actions.ACTIONS, Import()):
        batch_registry.register(action)
