"""What is asked behind BEGIN, for a transaction that may only go on where the answer allows it."""

import pytest
from sqlalchemy import text

from scimapp.database import (
    Overtaken,
    asks_at_begin,
    at_begin,
    call_off,
    db,
    let_go_of_driver,
    row_of,
    run,
    writing,
)
from tests.support.databases import only_sqlite

pytestmark = only_sqlite


@pytest.fixture(autouse=True)
def _called_off(app):
    let_go_of_driver()
    yield
    call_off()


def test_it_is_asked_once():
    asked = []
    ahead = at_begin(lambda: asked.append(run("SELECT 1").fetchone()) or (7,))
    for _ in range(2):
        with writing():
            pass
        run("SELECT 2")

    assert row_of(ahead) == (7,)
    assert asked == [(1,)]


def test_it_is_asked_once_more_behind_begin_if_something_was_read_first():
    answers = iter([(7,), (8,), None])
    ahead = at_begin(lambda: next(answers))
    for _ in range(2):
        run("SELECT 2")
        with writing():
            pass

    assert row_of(ahead) == (8,)


@pytest.mark.parametrize("use", [lambda: run("SELECT 1"), lambda: db.session.scalar(text("SELECT 1"))])
def test_nothing_is_read_where_it_is_refused(use):
    ahead = at_begin(lambda: None)

    for _ in range(2):
        with pytest.raises(Overtaken):
            use()
    assert row_of(ahead) is None
    call_off()
    use()


def test_nothing_is_written_and_no_lock_kept_where_it_is_refused():
    at_begin(lambda: None)

    for _ in range(2):
        with pytest.raises(Overtaken), writing():
            pytest.fail("a transaction went on")
    call_off()
    with writing():
        pass


def test_it_is_asked_again_if_it_could_not_be_told():
    answers = iter([ZeroDivisionError, (7,)])

    def ask():
        answer = next(answers)
        if answer is ZeroDivisionError:
            raise answer
        return answer

    ahead = at_begin(ask)
    with pytest.raises(ZeroDivisionError), writing():
        pytest.fail("a transaction went on")

    assert row_of(ahead) == (7,)


def test_a_thread_that_has_a_connection_asks_first():
    assert asks_at_begin()
    run("SELECT 1")
    assert not asks_at_begin()
