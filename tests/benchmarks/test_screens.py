"""The benchmark of the calls looks at the screens as well; how long a page takes is not a matter of tests."""

from itertools import count

import pytest

from benchmarks import beside
from benchmarks.speed import kinds, screens
from tests.support import postgres
from tests.support.parts import fail_without


@pytest.mark.usefixtures("hurried")
def test_a_page_is_judged_with_what_postgres_computes_for_it(tmp_path, monkeypatch, parts):
    pages = [
        page for page in screens.PAGES if (page.area, page.name) in (("people", "search, many"), ("audit", "audit log"))
    ]
    server = postgres.Cluster(fail_without("Postgres", parts.cluster()).folder)  # of other tests too, so nobody ends it
    monkeypatch.setattr(postgres, "start", lambda _options: server)
    monkeypatch.setattr(screens, "PAGES", pages)
    monkeypatch.setattr(screens, "TRIES", 1)
    monkeypatch.setattr(screens, "AGAIN", 1)
    more = count(step=1_000)  # seconds that no machine takes for a page
    monkeypatch.setattr(screens, "computed_beside", lambda watch: beside.computed_beside(watch) + next(more))
    kind = kinds.of_name("postgres", tmp_path)
    try:
        found, complaints = screens.look(kind, 100, tmp_path)
    finally:
        kind.close()

    assert complaints == []
    assert [one.name for one in found[:2]] == ["screens, people: slowest of 1", "screens, audit: slowest of 1"]
    assert all(one.limit == screens.LIMIT_MS and one.value > 10_000 and "answered in" in one.note for one in found[:2])
    assert {one.where for one in found} == {"postgres, 100 people"}
