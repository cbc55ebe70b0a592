"""Links that were asked for without being signed in: each request is answered once, whoever looks."""

from scimapp.directory.links import link_requests


def test_what_another_worker_has_answered_meanwhile_is_not_answered_again(app, monkeypatch):
    while link_requests.answer():  # what other tests asked for
        pass
    answered = []

    def answer(email_key):
        answered.append(email_key)
        link_requests.answer()  # as a worker of another process would

    monkeypatch.setitem(link_requests._ANSWERS, link_requests.PASSWORD, answer)
    for name in ("ann", "bo"):
        link_requests.leave(link_requests.PASSWORD, f"{name}@corp.example")

    link_requests.answer()

    assert answered == ["ann@corp.example", "bo@corp.example"]
