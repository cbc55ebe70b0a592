"""What all commands share: one JSON object or readable lines on standard output, one clear line on standard error.

Exit codes: 0 done, 2 for input that cannot be used, 1 for anything else that was refused.
"""

import errno
import json
import sys
from contextlib import contextmanager

import click
from flask import current_app
from flask.cli import AppGroup, ScriptInfo

from ..auth.passwords import WeakPassword, check_password, hash_password
from ..database.schema import SchemaError, check_room_for_tables, check_tables, has_tables
from ..directory.accounts import accounts
from ..directory.availability import UNAVAILABLE, is_unreadable, reason
from ..directory.errors import Conflict, DirectoryError, InvalidValue, NotInAccount

_BAD_INPUT = (NotInAccount, Conflict, WeakPassword)


class Refused(click.ClickException):
    """The command was understood but cannot be carried out."""

    exit_code = 1


class BadInput(click.ClickException):
    """Some input cannot be used."""

    exit_code = 2


class Command(click.Command):
    """A command that reports every error on one line, whatever raised it."""

    def parse_args(self, context, arguments):
        if not all(map(_is_text, arguments)):
            raise BadInput("An argument is not UTF-8 text.")
        try:
            with written("The help"):
                return super().parse_args(context, arguments)
        except click.UsageError as error:
            raise BadInput(" ".join(error.format_message().split())) from error

    def invoke(self, context):
        with told_in_a_line():
            if not context.parent.command.takes_any_tables:
                _make_tables(context)
            try:
                return super().invoke(context)
            except InvalidValue as error:
                raise BadInput(f"{self._typed(error.attribute)}: {error.reason}") from error

    def _typed(self, attribute):
        """The option that a value came from, as it is typed, for the directory's name of the value."""
        return next((option.opts[0] for option in self.params if option.name == attribute), attribute)


@contextmanager
def told_in_a_line():
    """Turn known errors of a command into messages of one line."""
    try:
        yield
    except UNAVAILABLE as error:
        trouble = "cannot be read" if is_unreadable(error) else "does not answer"
        raise Refused(f"The database {trouble}: {reason(error)}") from error
    except _BAD_INPUT as error:
        raise BadInput(str(error)) from error
    except DirectoryError as error:
        raise Refused(error.message) from error
    except SchemaError as error:
        raise Refused(f"T{str(error)[1:]}") from error


def _make_tables(context):
    """Create the tables if the database has none, since any command may be the first on a new server. Otherwise check
    that they match this code, as the server does.
    """
    with context.ensure_object(ScriptInfo).load_app().app_context():
        if not has_tables():
            from flask_migrate import upgrade  # needed once per database

            check_room_for_tables()
            upgrade()
        else:
            check_tables()


class CommandGroup(AppGroup):
    """A group of commands that run inside the application; some groups also work on tables of another release,
    or without any.
    """

    command_class = Command

    def __init__(self, *arguments, takes_any_tables=False, **named):
        super().__init__(*arguments, **named)
        self.takes_any_tables = takes_any_tables

    def parse_args(self, context, arguments):
        with written("The help"):
            return super().parse_args(context, arguments)


as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
of_account = click.option("--account", "account_id", metavar="ID", required=True, help="The Account ID.")
password_from_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input (one line) instead of asking."
)


def settings():
    """The settings of this deployment."""
    return current_app.config["SETTINGS"]


def show(facts, as_json, lines=None):
    """Print ``facts`` as JSON, or ``lines`` for people; ``lines`` None prints one line per fact."""
    if as_json:
        lines = [json.dumps(facts, ensure_ascii=False)]
    elif lines is None:
        lines = [f"{name.replace('_', ' ')}: {value}" for name, value in facts.items()]
    with written("It is done, but standard output"):
        for line in lines:
            click.echo(line)


@contextmanager
def written(what):
    """Say in a line that ``what`` could not be written, as on a full disk."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader has seen enough; click ends the command without a word
            raise
        sys.stdout = None  # at the end Python would try again to write what is left, and tell that it cannot
        raise Refused(f"{what} cannot be written: {error.strerror}") from error


def account_or_only(account_id):
    """The account with this id or, without an id, the only account. Raises NotInAccount, BadInput."""
    if account_id is not None:
        return accounts.get(account_id)
    known = accounts.list_accounts()
    if not known:
        raise BadInput("There is no account yet. Make one with: flask --app wsgi accounts create")
    if len(known) > 1:
        names = ", ".join(f"{account.id} ({account.name})" for account in known[:5])
        raise BadInput(f"There are {len(known)} accounts. Say which with --account: {names}")
    return known[0]


def read_password(email, names, *, from_stdin=True):
    """A password that was piped in or typed twice, strong enough for this person. Raises WeakPassword, BadInput."""
    password = _read_line() if from_stdin else _ask()
    check_password(password, email=email, names=names)
    return password


def hashed_password(from_stdin, *, email, names):
    """The hash of a password from ``read_password``. Raises WeakPassword, BadInput."""
    return hash_password(read_password(email, names, from_stdin=from_stdin))


def _read_line():
    not_text = "The password on standard input is not UTF-8 text."
    try:
        line = sys.stdin.readline()
    except UnicodeDecodeError as error:
        raise BadInput(not_text) from error
    if not _is_text(line):
        raise BadInput(not_text)
    password = line.removesuffix("\n").removesuffix("\r")  # only the line end is cut: blanks belong to a password
    if not password:
        raise BadInput("There is no password on standard input.")
    return password


def _is_text(words):
    """Whether ``words`` were UTF-8. Python hands other bytes on as surrogates, always in arguments, and with LANG=C in what is
    piped in.
    """
    try:
        words.encode()
    except UnicodeEncodeError:
        return False
    return True


def _ask():
    if not sys.stdin.isatty():
        raise BadInput("Nobody is there to type a password. Pipe it in with --password-stdin.")
    return click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
