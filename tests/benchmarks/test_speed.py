"""The benchmark of the provisioning calls keeps up with the product; how long calls take is not a matter of tests."""

import json

from benchmarks.speed import command, rounds


def test_every_answer_is_right_and_the_figures_stand_beside_the_floors(tmp_path, capsys, monkeypatch):
    file = tmp_path / "figures.json"
    only = "post,put,group-10-add,group-10-remove"

    monkeypatch.setattr(rounds, "REST_SECONDS", 0)  # for exact costs, which nobody looks at here

    code = command.main(["--people", "100", "--rounds", "1", "--seconds", "0.05", "--only", only, "--json", str(file)])

    assert code == 0, capsys.readouterr().out
    figures = json.loads(file.read_text())
    assert [one["name"] for one in figures] == only.split(",")
    assert all(
        one["requests"] and one["processor"] > 0 and one["of_read"] > 0 and one["of_write"] > 0 for one in figures
    )
