"""An independent tester of the standard finds nothing wrong."""

from base64 import b64encode

import pytest

from tests.support.scim2 import CheckConfig, CheckContext, Status, WSGISCIMClient, check_server, checkers, filling


class Certificates:
    """Gives the tester's random octets the outline of a certificate, which no schema can tell it."""

    @staticmethod
    def b64encode(octets):
        return b64encode(bytes((0x30, len(octets))) + octets)


# Every check there is in the package, so that none is left out in silence.
CHECKS = {name for name, check in vars(checkers).items() if hasattr(check, "tags")}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("preset", ["strict", "generic"])
def test_scim2_tester_reports_no_error(scim, account, make_field, app, preset, monkeypatch):
    if preset == "strict":
        monkeypatch.setattr(filling, "base64", Certificates)
    make_field("EmpCode")
    make_field("Level", "integer")
    make_field("Remote", "boolean")
    make_field("Size", "dropdown", choices=["S", "M", "L"])
    token = scim.for_provider(preset).token
    client = WSGISCIMClient(app, base_url=scim.base_url, headers={"Authorization": f"Bearer {token}"})

    results = check_server(client)
    results += checkers.core_schemas_validation(
        CheckContext(client, CheckConfig())
    )  # it offers this one, and leaves it out

    short = [f"{result.title} {result.resource_type}, {result.status.name}: {result.reason}" for result in results
             if result.status not in (Status.SUCCESS, Status.COMPLIANT)]  # fmt: skip
    assert not short, "\n".join(short)
    assert len(results) > 150
    assert {result.title for result in results} == CHECKS
