"""The domain: accounts, people, groups, custom fields, invitations, tokens, and the rules that guard them.

Every function that reads or changes an account takes a ``Scope`` first; ``unit_of_work`` is the only machinery.
"""

from . import secrets
from .batches import batch_actions, batch_registry
from .imports.import_action import Import


def init_app(app, settings):
    """Hand the directory what it needs to know of the deployment, and batches what can be done to many."""
    secrets.install(settings.secret_key, settings.invitation_days)
    for action in (*batch_actions.ACTIONS, Import()):
        batch_registry.register(action)
