"""What became of an action on many people: its result, how far it is, taking it back, the list of all."""

import re

from scimapp.directory.batches import batch_rows, batch_runs, batch_undo, batches
from scimapp.directory.batches.batch_runs import SKIPPED
from scimapp.directory.changes import UserChanges
from scimapp.directory.erasure import erasure
from scimapp.directory.people import users
from scimapp.directory.user_list.search import UserSearch
from tests.support.batch_screens import apply, everybody, names
from tests.support.databases import on_both


def test_undo_is_offered_for_a_day_and_once(page, make_user, scope, clock):
    person = make_user()
    result = apply(page, "Deactivate", [person]).form("batch-check").submit()
    stale = page(result.url)
    undone = result.form("undo").submit()
    twice = stale.form("undo").submit()
    later = apply(page, "Deactivate", [person]).form("batch-check").submit()
    clock.advance(hours=11)
    clock.advance(hours=13, minutes=1)

    assert undone.tree.find("h1").text == "Undo of “Deactivate”: 1 done"
    assert "It takes back batch" in undone.text
    assert twice.status_code == 409
    assert "cannot be undone any more" in twice.text
    assert not batch_undo.may_undo(batches.get(scope, later.url.rpartition("/")[2]))


def test_undo_leaves_alone_what_was_changed_again(page, make_user, scope):
    person = make_user()
    result = apply(page, "Change role", [person]).form("batch-check").fill(role="User Admin").submit()
    users.update(scope, person.id, UserChanges(role="super_admin"))

    back = result.form("undo").submit()

    assert "Changed again since." in names(back, "skipped")
    assert users.get(scope, person.id).role == "super_admin"


def test_a_long_batch_works_on_and_shows_how_far_it_is(page, make_user, scope, monkeypatch):
    for _ in range(5):
        make_user(given_name="Long")
    monkeypatch.setattr(batch_rows, "AT_ONCE", 4)
    monkeypatch.setattr(batch_runs, "SLICE", 3)
    monkeypatch.setattr("scimapp.web.views.batches.GO_ON_SECONDS", 0)

    begun = (
        apply(page, "Deactivate", address="/users?q=long&per=100", people=everybody(page("/users?q=long")))
        .form("batch-check")
        .submit()
    )
    part = begun.form("go-on").submit()
    while "working" in part.tree.find("h1").text:
        seen = part.text
        part = part.form("go-on").submit()

    assert begun.tree.find("h1").text == "Deactivate: working"
    assert "Working: 0 of 5" in begun.text
    assert begun.tree.find("progress").get("max") == "5"
    assert "Refresh" in begun.text
    assert re.search(r"Working: [1-5] of 5", seen)
    assert part.tree.find("h1").text == "Deactivate: 5 done"


def test_a_working_batch_can_be_stopped(page, make_user, monkeypatch):
    people = [make_user() for _ in range(3)]
    monkeypatch.setattr(batch_rows, "AT_ONCE", 2)
    begun = apply(page, "Deactivate", people).form("batch-check").submit()

    stopped = begun.form("stop").submit()

    assert stopped.tree.find("h1").text == "Deactivate: 0 done, 3 skipped"
    assert "Stopped by Olive Owner." in stopped.text
    assert "Nothing was changed" in stopped.text


def test_long_results_are_paged_and_each_list_on_its_own(page, scope, account, make_user, monkeypatch):
    monkeypatch.setattr("scimapp.web.view_models.batches.PER_PAGE", 3)
    for _ in range(4):
        make_user(given_name="Pager")
        make_user(given_name="Pager", state="inactive")
    batch = batches.begin(scope, "deactivate", {}, UserSearch(q="pager"))
    batches.finish_small(scope, batch)

    first = page(f"/batches/{batch.id}")
    second = page(f"/batches/{batch.id}?skipped=2")

    assert "1–3 of 4" in names(first, "skipped")
    assert "4–4 of 4" in names(second, "skipped")
    assert "1–3 of 4" in names(second, "done")
    assert page(f"/batches/{batch.id}?skipped=999&done=x").status_code == 200


def test_batches_are_listed_and_lead_to_the_log(page, make_user):
    person = make_user(given_name="Ann", family_name="Berg")
    nothing = page("/batches")
    result = apply(page, "Deactivate", [person]).form("batch-check").submit()
    listed = page("/audit").follow("Batches")
    log = result.follow("It is in the audit log.")

    assert "Nothing was done to many people yet" in nothing.text
    assert listed.follow("Deactivate").url == result.url
    assert "finished the batch “Deactivate”: 1 done, 0 skipped" in log.text
    assert "Olive Owner deactivated Ann Berg" in log.text


@on_both
def test_pages_take_the_same_number_of_statements_at_any_length(page, scope, make_user, statements):
    def measure(name):
        batch = batches.begin(scope, "deactivate", {}, UserSearch(q=name))
        batches.finish_small(scope, batch)
        counts = []
        for address in (f"/batches/{batch.id}", "/batches"):
            page(address)
            with statements() as log:
                page(address)
            counts.append(len(log))
        return counts

    def people(name, count):
        for _ in range(count):
            make_user(given_name=name)
            make_user(given_name=name, state="inactive")

    people("Few", 1)
    few = measure("few")
    people("Many", 20)
    many = measure("many")

    assert many == few == [8, 5]


def test_a_person_erased_since_keeps_the_line_without_the_name(page, scope, make_user):
    person = make_user(given_name="Ann", family_name="Berg")
    batch = batches.begin(scope, "deactivate", {}, UserSearch(ids=(person.id,)))
    batches.finish_small(scope, batch)
    erasure.erase(scope, person.id)

    shown = page(f"/batches/{batch.id}")

    assert "Ann" not in shown.text
    assert "Erased person" in names(shown, "done")
    assert batches.find_items(scope, batch, SKIPPED).total == 0
