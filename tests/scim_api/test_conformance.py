"""An independent tester of the standard finds nothing wrong."""

import pytest
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("preset", ["strict", "generic"])
def test_scim2_tester_reports_no_error(scim, account, make_field, app, preset):
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
