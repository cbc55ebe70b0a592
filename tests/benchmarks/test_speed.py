"""The benchmark of the provisioning calls keeps up with the product; how long calls take is not a matter of tests."""

import json
from dataclasses import fields

import pytest

from benchmarks.speed import command, document, findings, goals, second_look
from benchmarks.speed.figures import OURS, Figure, exponent
from benchmarks.speed.wire import Incoming


@pytest.mark.usefixtures("hurried")
def test_every_answer_is_right_and_the_figures_stand_beside_the_floors(tmp_path, capsys, monkeypatch):
    file = tmp_path / "figures.json"
    only = "post,put,group-10-add,group-10-remove"

    monkeypatch.setattr(findings, "CLOSE", 100)  # a second look at everything that has a goal
    monkeypatch.setattr(second_look, "ROUNDS", 1)

    code = command.main(["--people", "100", "--rounds", "1", "--seconds", "0.05", "--only", only, "--json", str(file)])

    document.write(json.loads(file.read_text()), tmp_path)
    assert code == 0, capsys.readouterr().out
    figures, found = (json.loads(file.read_text())[key] for key in ("figures", "findings"))
    assert [one["name"] for one in figures] == only.split(",")
    assert all(
        one["requests"] and one["processor"] > 0 and one["of_read"] > 0 and one["of_write"] > 0 for one in figures
    )
    assert [len(one["looks"]) for one in figures] == [2, 2, 2, 2]
    assert [one["name"] for one in found] == ["computing at rest"]
    assert "| PUT user |" in (tmp_path / "figures.md").read_text()


def test_an_answer_is_whole_when_its_last_piece_has_come():
    incoming = Incoming()
    pieces = [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n0\r\n\r\n", b"\r\n3\r\nabc\r\n0\r\n\r\n"]

    answers = [incoming.add(piece) for piece in pieces]

    assert answers[0] is None
    assert answers[1].body == b"0\r\n\r\nabc"
    assert incoming.add(b"HTTP/1.1 204 No Content\r\n\r\n").status == 204


def test_a_head_that_ends_like_a_body_is_no_answer_yet():
    incoming = Incoming()

    assert incoming.add(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nLocation: /Users/10\r\n\r\n") is None
    assert incoming.add(b"3\r\nabc\r\n0\r\n\r\n").body == b"abc"


def test_growth_is_the_exponent_of_the_size():
    assert exponent([1_000, 10_000, 100_000], [5, 50, 500]) == pytest.approx(1)
    assert exponent([1_000, 100_000], [7, 7]) == pytest.approx(0)


def test_peers_are_held_against_ours_by_what_f_costs_beside_each():
    def costing(target, times, processor):
        nothing = dict.fromkeys(field.name for field in fields(Figure))
        told = {
            "name": "assign",
            "title": "Okta assigns somebody",
            "target": target,
            "database": "sqlite",
            "people": 10_000,
        }
        return Figure(**nothing | told | {"clients": 1, "of_read": times, "processor": processor, "complaint": ""})

    found = goals.judge([costing(OURS, 2.0, 900), costing("slow", 10.0, 1_800)])

    assert [(one.value, one.verdict) for one in found if one.name.startswith("slow")] == [(5.0, "met")]
