"""How commands speak: one JSON object with ``--json``, words otherwise; a refusal is one line on standard error."""

from functools import wraps

import click
import orjson

from ..auth.passwords import WeakPassword, check_password, hash_password
from ..directory.errors import DirectoryError

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")


def say(result, as_json, words):
    """Print ``result`` (a dict) as JSON, or ``words``."""
    click.echo(orjson.dumps(result).decode() if as_json else words)


def refusals_in_one_line(command):
    """Turn a refusal of the directory into one line and exit code 2."""

    @wraps(command)
    def wrapped(*args, **kwargs):
        try:
            return command(*args, **kwargs)
        except (DirectoryError, WeakPassword) as error:
            raise Refused(str(error)) from error

    return wrapped


class Refused(click.ClickException):
    """Bad input: one line on standard error, exit code 2."""

    exit_code = 2


def read_password(from_stdin, **about):
    """A password from standard input or asked for twice, checked. Raises WeakPassword."""
    if from_stdin:
        password = click.get_text_stream("stdin").readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    check_password(password, **about)
    return hash_password(password)
