"""``flask db``: the commands of flask-migrate, imported only when one of them is called.

Going back below the first revision deletes every account, so ``downgrade`` asks for ``--yes`` there.
"""

from contextlib import suppress
from functools import cache, wraps

import click
from flask.cli import with_appcontext

from ..database import db, schema
from .output import Refused, told_in_a_line, written


class _Late(click.Command):
    def make_context(self, info_name, args, parent=None, **extra):
        context = _commands().make_context(info_name, args, parent, **extra)
        context.command = self  # the command whose ``invoke`` runs
        return context

    def invoke(self, context):
        with told_in_a_line():
            return _commands().invoke(context)


@cache
def _commands():
    from flask_migrate.cli import db as theirs

    for name in ("upgrade", "downgrade", "current"):
        theirs.commands[name].callback = _of_known_tables(theirs.commands[name].callback)
    for each in (theirs, *theirs.commands.values()):
        each.parse_args = _of_written_help(each.parse_args)
    downgrade = theirs.commands["downgrade"]
    downgrade.params.append(click.Option(["--yes"], is_flag=True, help="Delete all accounts if REVISION is base."))
    downgrade.callback = _with_care(downgrade.callback)
    return theirs


def _of_written_help(parse):
    @wraps(parse)
    def parsed(*arguments):
        with written("The help"):
            return parse(*arguments)

    return parsed


def _of_known_tables(work):
    @with_appcontext
    @wraps(work)
    def checked(**options):
        with db.engine.connect() as connection:
            schema.refuse_foreign(connection)
            schema.refuse_newer(*schema.state(connection))
        return work(**options)

    return checked


def _with_care(go_back):
    @with_appcontext
    @wraps(go_back)
    def careful(yes, revision, sql, **options):
        if not (yes or sql) and _leaves_nothing(revision):
            raise Refused("This deletes every account and all that is in it. Make a backup, then add --yes.")
        return go_back(revision=revision, sql=sql, **options)

    return careful


def _leaves_nothing(target):
    """Whether a downgrade to ``target``, in any spelling that Alembic knows, ends before the first revision."""
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    with db.engine.connect() as connection:
        _, revision = schema.state(connection)
    with suppress(CommandError):  # told by the downgrade itself
        steps = ScriptDirectory(str(schema.FOLDER))._downgrade_revs(target, revision) if revision else ()
        return any(step.revision.down_revision is None for step in steps)
    return False


commands = _Late("db", help="Change the tables: upgrade, downgrade, current.")
