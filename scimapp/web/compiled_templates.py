"""Compiled templates, kept beside the compiled modules.

Compiling its templates is half of what a page costs when a process shows it for the first time. As Python does with
modules, they are kept in ``__pycache__`` where it can be written; ``make setup`` fills it for a server that cannot.
A kept one is taken only if neither its template nor the code that compiles has changed: Jinja as a whole, and what of ours takes
part.
"""

import sys
from contextlib import suppress
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from importlib.util import cache_from_source
from pathlib import Path

from jinja2 import BytecodeCache

from . import direction, template_helpers, template_writer

FOLDER = Path(cache_from_source(__file__)).parent / "templates"
_DIGEST = sha256().digest_size


def init_app(app):
    """Let an application keep the templates that it compiles."""
    app.jinja_env.bytecode_cache = Compiled(FOLDER)


class Compiled(BytecodeCache):
    """The compiled templates in a folder, each behind a digest.

    The digest finds half a file, which a full disk or another process writing it now may show. It is compiled again and
    replaced, so files are written where they stay, and an interrupted one leaves nothing that nobody would remove.
    """

    def __init__(self, folder):
        self._folder = folder

    def load_bytecode(self, bucket):
        with suppress(OSError):
            kept = (self._folder / bucket.key).read_bytes()
            if kept[:_DIGEST] == self._digest(kept[_DIGEST:]):
                bucket.bytecode_from_string(kept[_DIGEST:])

    def dump_bytecode(self, bucket):
        if sys.dont_write_bytecode:
            return
        code = bucket.bytecode_to_string()
        with suppress(OSError):  # most servers may not write beside their code
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / bucket.key).write_bytes(self._digest(code) + code)

    def _digest(self, code):
        return sha256(self._compiled_by + code).digest()

    @cached_property
    def _compiled_by(self):
        ours = (Path(module.__file__).read_bytes() for module in (direction, template_helpers, template_writer))
        return b"".join((version("jinja2").encode(), *ours))
