"""Templates that one process has compiled are taken by the next, and never in place of what they no longer are."""

import sys
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from scimapp.web import compiled_templates
from scimapp.web.compiled_templates import Compiled


class Compiling(Environment):
    """Notes what it compiles."""

    def compile(self, source, name=None, *rest, **options):
        self.compiled.append(name)
        return super().compile(source, name, *rest, **options)


@pytest.fixture
def shows(tmp_path, monkeypatch):
    """``shows(text)``: what a new process shows of a template with this text, and whether it compiled it."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)

    def show(text, folder=tmp_path / "kept"):
        environment = Compiling(loader=DictLoader({"page": text}), bytecode_cache=Compiled(folder))
        environment.compiled = []
        return environment.get_template("page").render(name="Ada"), environment.compiled == ["page"]

    return show


def test_a_template_is_compiled_by_the_first_process_that_shows_it(shows):
    assert [shows("Hello {{ name }}") for _ in range(2)] == [("Hello Ada", True), ("Hello Ada", False)]


def test_a_template_that_was_changed_is_compiled_again(shows):
    shows("Hello {{ name }}")

    assert [shows("Bye {{ name }}") for _ in range(2)] == [("Bye Ada", True), ("Bye Ada", False)]


def test_what_another_version_of_jinja_has_compiled_is_compiled_again(shows, monkeypatch):
    """Its compiler may be the same, and its parser another."""
    shows("Hello {{ name }}")
    monkeypatch.setattr(compiled_templates, "version", {"jinja2": "9.9.9"}.get)

    assert [shows("Hello {{ name }}")[1] for _ in range(2)] == [True, False]


@pytest.mark.parametrize(
    "broken", [lambda code: b"", lambda code: code[:-9], lambda code: code[:60] + b"x" + code[61:]]
)
def test_a_broken_file_is_replaced(shows, tmp_path, broken):
    shows("Hello {{ name }}")
    (file,) = (tmp_path / "kept").iterdir()
    file.write_bytes(broken(file.read_bytes()))

    assert [shows("Hello {{ name }}") for _ in range(2)] == [("Hello Ada", True), ("Hello Ada", False)]


def test_a_full_disk_leaves_no_file_behind_that_is_not_replaced(shows, tmp_path, monkeypatch):
    whole = Path.write_bytes

    def half(path, code):
        whole(path, code[:-9])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", half)
        assert shows("Hello {{ name }}") == ("Hello Ada", True)
    left = list((tmp_path / "kept").iterdir())

    assert [shows("Hello {{ name }}")[1] for _ in range(2)] == [True, False]
    assert list((tmp_path / "kept").iterdir()) == left


def test_a_folder_that_cannot_be_written_keeps_nothing_and_hinders_nobody(shows, tmp_path):
    folder = tmp_path / "file" / "kept"
    folder.parent.touch()

    assert [shows("Hello {{ name }}", folder) for _ in range(2)] == [("Hello Ada", True)] * 2


def test_nothing_is_written_where_python_is_told_to_write_no_bytecode(shows, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    assert shows("Hello {{ name }}") == ("Hello Ada", True)
    assert not (tmp_path / "kept").exists()
