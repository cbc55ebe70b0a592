"""What is compiled before the tests run is what they would have compiled, and is taken by whoever imports it."""

from importlib.util import cache_from_source, module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from _pytest.assertion import rewrite

from tests.support import ahead

TEST = "def test():\n    found = 1\n    assert found == 2\n"


def test_pytest_takes_the_asserts_that_were_written_ahead(tmp_path, pytestconfig, monkeypatch):
    file = tmp_path / "test_some.py"
    file.write_text(TEST.replace("2", "3"), encoding="utf-8")
    ahead.compile_file(file)
    file.write_text(TEST, encoding="utf-8")
    ahead.compile_file(file)  # once more, since it has changed
    monkeypatch.setattr(rewrite, "_rewrite_test", None)

    spec = spec_from_file_location("test_some", file, loader=rewrite.AssertionRewritingHook(pytestconfig))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)

    with pytest.raises(AssertionError, match="assert 1 == 2"):
        module.test()


def test_a_module_is_compiled_as_python_compiles_it(tmp_path):
    file = tmp_path / "module.py"
    file.write_text("assert True\n", encoding="utf-8")

    ahead.compile_file(file)

    assert [path.name for path in (tmp_path / "__pycache__").iterdir()] == [Path(cache_from_source("module.py")).name]


@pytest.mark.parametrize("name", ["test_some.py", "module.py"])
def test_a_file_that_is_no_python_is_left_to_whoever_runs_it(tmp_path, name):
    """Somebody works on it, and runs other tests."""
    file = tmp_path / name
    file.write_text("assert (\n", encoding="utf-8")

    ahead.compile_file(file)

    assert list(tmp_path.glob("__pycache__/*")) == []
