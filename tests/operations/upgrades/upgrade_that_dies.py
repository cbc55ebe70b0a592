"""``python -m tests.operations.upgrades.upgrade_that_dies [revision]``: migrate, and end without a word once that revision is reached."""

import os
import signal
import sys

import flask_migrate

from scimapp import create_app

DIES_AT = sys.argv[1:]


def die(step, **_):
    if step.up_revision_id in DIES_AT:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    app = create_app()
    app.extensions["migrate"].configure_args = {"render_as_batch": True, "on_version_apply": die}
    with app.app_context():
        flask_migrate.upgrade()
