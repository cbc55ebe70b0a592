"""An independent tester of the standard finds nothing wrong."""

from base64 import b64encode

import pytest
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server, filling


class Certificates:
    """Gives the tester's random octets the outline of a certificate, which no schema can tell it."""

    @staticmethod
    def b64encode(octets):
        return b64encode(bytes((0x30, len(octets))) + octets)


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

    wrong = [f"{result.title} {result.resource_type}: {result.reason}" for result in results
             if result.status in (Status.ERROR, Status.CRITICAL)]  # fmt: skip
    assert not wrong, "\n".join(wrong)
    assert sum(result.status is Status.SUCCESS for result in results) > 140
    skipped = {result.title for result in results if result.status is Status.SKIPPED}
    assert skipped == set()
