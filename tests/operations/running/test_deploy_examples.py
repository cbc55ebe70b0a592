"""The files of deploy/: what confines the server, what its proxy says and keeps silent about, and who holds its socket."""

import configparser
import json
import re

from scimapp.scim import urns
from tests.support.server import ROOT

CONFINED = {
    "UMask": "0077",
    "StateDirectoryMode": "0700",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "NoNewPrivileges": "yes",
    "MemoryDenyWriteExecute": "yes",
    "ProtectProc": "invisible",
    "SystemCallFilter": "@system-service",
}


def test_the_service_runs_as_nobody_of_importance_in_a_file_system_it_cannot_change():
    service = unit("scimapp.service")["Service"]

    assert service["User"] == service["Group"] == "scimapp"
    assert {name: service[name] for name in CONFINED} == CONFINED
    assert service["CapabilityBoundingSet"] == ""
    assert service["StateDirectory"] == "scimapp"
    environment = (ROOT / "deploy" / "environment.example").read_text(encoding="utf-8")
    assert "\nSCIMAPP_DATA_DIR=/var/lib/scimapp\n" in environment  # what StateDirectory is the name of
    for command in (service["ExecStartPre"], service["ExecStart"]):
        assert re.match(r"/opt/scimapp/\.venv/bin/python -m \w+ [^;|&`$]*$", command), "a program without a shell"
    beside = (ROOT / "deploy" / "scimapp").read_text(encoding="utf-8")
    for words in (f". {service['EnvironmentFile']}", f"cd {service['WorkingDirectory']}", f"-u {service['User']} --"):
        assert words in beside, "commands mean what the service means"


def test_the_code_of_the_documented_server_is_not_its_own():
    """Else it could exchange the Makefile that root runs, and git would not update a folder of somebody else."""
    documented = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")

    (command,) = re.findall(r"^adduser .*", documented, re.MULTILINE)
    assert {"--system", "--no-create-home"} <= set(command.split())


def test_a_stop_of_the_service_ends_its_socket_and_a_restart_does_not():
    """A socket that stayed would start the server again with the next request, in the middle of a restore (decisions, 0118)."""
    service, listening = unit("scimapp.service")["Unit"], unit("scimapp.socket")
    proxy = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")

    assert listening["Unit"]["StopPropagatedFrom"] == "scimapp.service"
    assert {"PartOf", "BindsTo"}.isdisjoint(listening["Unit"]) and "Requires" not in service
    assert "scimapp.socket" in service["Wants"].split()
    assert f"    server {listening['Socket']['ListenStream']};\n" in proxy


def unit(name):
    """A unit of deploy/ as a ConfigParser."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read_string((ROOT / "deploy" / name).read_text(encoding="utf-8"))
    return parser


def test_the_proxy_of_the_example_answers_directories_as_scim_does():
    """While no server answers, and for a body that goes to none."""
    example = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")

    answers = re.findall(r"return (\d+) '(\{.*\})';", example)
    assert {status for status, _ in answers} == {"413", "503", "504"}
    for status, body in answers:
        assert json.loads(body) | {"detail": ""} == {"schemas": [urns.ERROR], "status": status, "detail": ""}
    for code, name in re.findall(r"error_page ([\d ]+) (\S+ ?@?\w*);", example):
        assert name.startswith("= @"), f"{code} would keep its status, whatever the answer says"


def test_the_proxy_of_the_example_logs_no_failure_of_a_mailed_link(app):
    """The secret of a link that no server answered works on."""
    example = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    ((pattern, block),) = re.findall(r"location ~ (\S+) \{\n(.*?)\}", example, re.DOTALL)

    links = [rule.rule for rule in app.url_map.iter_rules() if rule.arguments == {"token"}]

    assert len(links) == 4
    assert [link for link in links if not re.search(pattern, link)] == []
    assert "error_log /dev/null;" in block


def test_the_proxy_of_the_example_writes_no_addresses_down():
    """Links in mails carry their secret in the address, and the server's own line names the rule alone."""
    example = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")

    servers = example.split("\nserver {")[1:]
    assert len(servers) == 2
    assert all("\n    access_log off;\n" in server for server in servers)
