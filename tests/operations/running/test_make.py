"""What `make` does on a machine that it has not seen."""

import os
import shutil
import socket
import subprocess
import sys

import pytest

from tests.support.server import ROOT

# What every Python that is started reads first.
FAST = "import time; as_it_is = time.monotonic; time.monotonic = lambda: as_it_is() * 50"


def test_setting_up_compiles_what_the_service_cannot(tmp_path):
    """Its file system is read-only, and compiling some 400 modules takes a third of a start."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    for name in ("requirements.lock", ".venv/runtime.stamp", "wsgi.py"):
        (tmp_path / name).touch()
    for folder in ("scimapp/web", "migrations/versions", "templates", "deploy"):
        (tmp_path / folder).mkdir(parents=True)
    for folder in ("scimapp/web", "migrations/versions"):
        (tmp_path / folder / "module.py").touch()
    (tmp_path / "deploy" / "templates.py").write_text("print('templates', end=' ', file=open('done', 'a'))")

    for page in ("one.html", None, "other.html"):  # nothing is new the second time
        if page:
            (tmp_path / "templates" / page).touch()
        subprocess.run(["make", "setup"], cwd=tmp_path, check=True, capture_output=True, timeout=60)

    compiled = {path.name.partition(".")[0] for path in tmp_path.glob("**/__pycache__/*.pyc")}
    assert compiled == {"wsgi", "module", "templates"}  # the last one by running
    assert len(list(tmp_path.glob("**/__pycache__/module.*.pyc"))) == 2
    assert (tmp_path / "done").read_text() == "templates templates "


def test_no_link_is_printed_where_the_server_cannot_listen(tmp_path):
    """The link came first, and at its address only the other program answered.

    ``make`` gives a server that is ending time to leave its place: here its clock goes fast.
    """
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    python = tmp_path / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("scimapp", "wsgi.py", "migrations", "templates"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "clock").mkdir()
    (tmp_path / "clock" / "sitecustomize.py").write_text(FAST, encoding="utf-8")
    told = {"SCIMAPP_DATA_DIR": str(tmp_path), "PYTHONPATH": str(tmp_path / "clock")}
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = subprocess.run(
            ["make", "--assume-old=setup", "run"], cwd=tmp_path, capture_output=True, text=True, timeout=60,
            env={"PATH": os.environ["PATH"], "PORT": str(port), **told},
        )  # fmt: skip

    assert (done.stdout, done.returncode) == ("", 2)
    assert f"scimapp cannot start: it cannot listen at 127.0.0.1:{port}" in done.stderr


@pytest.fixture
def machine(tmp_path):
    """``machine(python3="works", …)`` runs ``make .venv/bin/python`` where these programs are all there is of Python."""
    (tmp_path / "checkout" / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / "programs").mkdir()
    shutil.copy(ROOT / "Makefile", tmp_path / "checkout")
    for name in ("make", "sh", "rm", "sed", "mkdir", "cp"):
        (tmp_path / "programs" / name).symlink_to(shutil.which(name))

    def run(in_environment=None, asked_for="", **programs):
        for name, kind in programs.items():
            script(tmp_path / "programs" / name.replace("_", "."), kind)
        if in_environment:
            script(tmp_path / "checkout" / ".venv" / "bin" / "python", in_environment)
        made = subprocess.run(
            [shutil.which("make"), ".venv/bin/python"], cwd=tmp_path / "checkout",
            env={"PATH": str(tmp_path / "programs"), "PYTHON": asked_for}, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        return made.returncode, made.stdout + made.stderr

    return run


def script(path, kind):
    """A program that passes for a Python that works, or one that says what the names do that pyenv keeps."""
    works = f"""case "$1" in
    -c) case "$2" in print*) echo works;; esac;;
    --version) echo Python 3.99 of {path.name};;
    -m) mkdir -p .venv/bin && cp "$0" .venv/bin/python;;
esac"""
    fails = f'echo "pyenv: {path.name}: command not found" >&2; exit 127'
    path.write_text(f"#!{shutil.which('sh')}\n{works if kind == 'works' else fails}\n", encoding="utf-8")
    path.chmod(0o755)


def test_a_name_that_is_there_and_does_not_work_is_passed_over(machine):
    assert machine(python3="fails", python3_14="fails", python3_12="works") == (
        0, "Making .venv with Python 3.99 of python3.12\n",
    )  # fmt: skip


def test_without_a_python_it_is_said_which_is_wanted(machine):
    status, told = machine(python3="fails")

    assert status != 0
    assert "scimapp needs Python 3.11 or newer with venv (on Debian: apt install python3-venv)." in told


def test_a_python_that_was_asked_for_is_not_exchanged(machine):
    status, told = machine(asked_for="python3.13", python3="works", python3_13="fails")

    assert status != 0
    assert "PYTHON=python3.13 does not work, is older, or has no venv." in told


def test_an_environment_whose_python_does_not_work_is_made_again(machine):
    assert machine(in_environment="fails", python3="works")[1] == "Making .venv with Python 3.99 of python3\n"
    assert machine()[0] == 0
    assert "up to date" in machine()[1], "and only then"
