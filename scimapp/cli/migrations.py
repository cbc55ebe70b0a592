"""``flask db``: flask-migrate's own commands, imported when one of them is called."""

import click


class _Late(click.Command):
    def make_context(self, info_name, args, parent=None, **extra):
        from flask_migrate.cli import db

        return db.make_context(info_name, args, parent, **extra)


commands = _Late("db", help="Change the tables: upgrade, downgrade, current.")
