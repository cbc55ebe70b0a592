"""Compiles the templates, as ``make setup`` compiles the modules: ``python -m deploy.templates``."""

import tempfile
from pathlib import Path

from scimapp import create_app
from scimapp.settings import Settings


def main():
    """Compile what has changed."""
    with tempfile.TemporaryDirectory() as folder:
        url, address = f"sqlite:///{folder}/none.db", "http://localhost"
        app = create_app(Settings(url, Path(folder), external_url=address, secret_key="compiles-and-signs-nothing"))
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)


if __name__ == "__main__":
    main()
