"""scim2-server as its own command sets it up: everything in memory, one bearer token."""

from scim2_models import ScimProvider
from scim2_server.memory import InMemoryStorage
from scim2_server.testserver.application import BearerTokenApplication
from scim2_server.utils import (
    load_default_resource_types,
    load_default_schemas,
    load_default_service_provider_config,
)

app = BearerTokenApplication(
    InMemoryStorage(),
    ScimProvider.from_discovery(
        load_default_schemas().values(),
        load_default_resource_types().values(),
        config=load_default_service_provider_config(),
    ),
    bearer_tokens=["bench"],
)
