"""``flask db``: the commands of flask-migrate, imported only when one of them is called."""

import click

from .output import told_in_a_line


class _Late(click.Command):
    def make_context(self, info_name, args, parent=None, **extra):
        from flask_migrate.cli import db

        context = db.make_context(info_name, args, parent, **extra)
        context.command = self  # the command whose ``invoke`` runs
        return context

    def invoke(self, context):
        from flask_migrate.cli import db

        with told_in_a_line():
            return db.invoke(context)


commands = _Late("db", help="Change the tables: upgrade, downgrade, current.")
