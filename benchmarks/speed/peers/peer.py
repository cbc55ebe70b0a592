"""The peers: what to install, what serves them, and where they speak another dialect of SCIM."""

from dataclasses import dataclass, field

from ..target import Words


@dataclass(frozen=True, slots=True)
class Peer:
    """``packages`` go into an environment of their own; ``application`` is served from this folder."""

    name: str
    packages: tuple
    application: str
    path: str
    note: str
    words: Words = field(default_factory=Words)


PEERS = {
    peer.name: peer
    for peer in (
        Peer("scim2-server", ("scim2-server",), "scim2_server_app:app", "/v2", "in memory, one account, no audit"),
        Peer("django-scim2", ("django-scim2",), "django_app:app", "/scim/v2", "SQLite like ours, few attributes, no audit",
             Words(titles=False, enterprise=False, removes_by_path=False, members_at_once=False)),
    )
}  # fmt: skip
