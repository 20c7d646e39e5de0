"""What connections of every protocol have in common."""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from engine.calls import Session
from engine.document import Path_
from engine.parts.part import Part
from engine.parts.policies import Limits, Offline, Tls
from engine.parts.registry import OneOf
from engine.parts.scalars import Text
from engine.tunnels.tunnel import OpenTunnel, Tunnel

if TYPE_CHECKING:
    import ssl

    from engine.credentials.credentials import Shown
    from engine.files.disk import Disk
    from engine.http.client import Transport
    from engine.redaction import Redactor
    from engine.sql.database import Database
    from engine.sql.dialects import Reaching


MakeDatabase = Callable[["str", "Shown", "int", "Reaching"], "Database"]
MakeDisk = Callable[[str, str], "Disk"]


@dataclass(frozen=True, repr=False)
class Opening:
    """What a connection gets when it is opened.

    Attributes:
        name: `integration.connection`, for messages.
        scope: `settings`, secrets in clear.
        transport: makes the transport under a TLS context; a canned one in tests.
        other: an opened connection of the same integration, by name.
        redactor: strikes secrets out of everything that is shown.
        tunnel: the way to the system, None if it is reached directly. The transport goes through it by itself.
        database: reaches a database by its URL, account, ceiling of connections and ways; a canned one in tests.
        disk: by our name, reads and writes the files of a folder; a canned one in tests.
        folder: where the integration stands, for files beside it; None if it is from no file.
    """

    name: str
    scope: Mapping[str, Any] = field(repr=False)
    transport: "Callable[[ssl.SSLContext | None], Transport]"
    other: Callable[[str], Session]
    redactor: "Redactor"
    database: MakeDatabase
    disk: MakeDisk
    tunnel: OpenTunnel | None = None
    folder: Path | None = None


class Connection(Part):
    """One remote system."""

    noun = "a connection"
    inside = "endpoints"

    description: Annotated[
        Text | None, Field(description="for people", examples=["The ERP's API: prices, stock, orders"])
    ] = None
    offline: Annotated[
        Offline | None,
        Field(
            description="how to tell that the whole system is down", examples=[{"probe": "erp.ping", "lasts": "60s"}]
        ),
    ] = None

    @property
    def schemas(self) -> Mapping[str, Any]:
        """Schemas that follow from what it says of the system, by name: a row of a table."""
        return {}

    def request_schema(self, endpoint: str) -> Any:
        """The schema of the body of a call; None if it has none."""
        return None

    def reply_schema(self, endpoint: str) -> Any:
        """The schema of what is answered; None if it has none."""
        return None

    def parameter_schema(self, endpoint: str, name: str) -> Any:
        """The schema of a value of a call's `query`; None if nothing is known of it."""
        return None

    def set_schemas(self) -> Iterator[tuple[Path_, Any]]:
        """The schemas of the values that its endpoints set themselves, by their place in it."""
        return iter(())

    @abstractmethod
    def open(self, opening: Opening) -> Session:
        """Get ready to call; nothing is sent yet.

        Raises:
            SettingMissing: a setting does not fit.
        """


class NetworkConnection(Connection):
    """A system that is reached over a network."""

    noun = "a connection over a network"

    tls: Annotated[Tls, Field(description="certificates", examples=[{"ca": "=settings.ca"}])] = Field(
        default_factory=Tls
    )
    tunnel: Annotated[
        Tunnel | None,
        OneOf("engine.tunnels"),
        Field(
            description="the way to a system that cannot be reached directly; connections that describe the same share it",
            examples=[
                {
                    "type": "ssh",
                    "host": "bastion.example.com",
                    "auth": {"type": "ssh_key", "username": "engine", "key": "=settings.ssh_key"},
                    "host_key": "=settings.ssh_host_key",
                }
            ],
        ),
    ] = None
    limits: Annotated[
        Limits, Field(description="concurrency and rate", examples=[{"concurrency": 8, "rate": "20/s"}])
    ] = Field(default_factory=Limits)
    insecure: Annotated[
        Text | None,
        Field(description="the reason why plain text is accepted", examples=["test server on this machine"]),
    ] = None
