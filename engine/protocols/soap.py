"""`type: soap`: operations of a WSDL, or listed without one. HTTP carries them, as it carries REST."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from engine.calls import Session
from engine.errors import MappingError, SettingMissing
from engine.formats.xml import Xml
from engine.mapping import evaluate
from engine.parts.fields import Deferred, S, Tree
from engine.parts.scalars import Name, ReadBy, Text, matching, wrong
from engine.protocols.connection import Opening
from engine.protocols.http import HttpConnection, HttpEndpoint, Operation, Url

if TYPE_CHECKING:
    from engine.soap.content import Content
    from engine.wsdl.shape import Operation as InWsdl

Kind = Literal["text", "integer", "decimal", "boolean", "map", "xml"]

_SCHEMAS: Mapping[Kind, dict[str, Any]] = {
    "text": {"type": ["string", "null"]},
    "integer": {"type": ["integer", "null"]},
    "decimal": {"type": ["number", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "map": {"type": ["object", "null"]},
    "xml": {"type": ["object", "string", "null"]},
}

Parameters = Annotated[
    dict[Text, Kind],
    Field(
        description="without a WSDL: the arguments of a call, in order; `map` is an object, `xml` a text that holds XML. "
        "Beside one: which of its texts hold XML",
        examples=[{"user": "text", "password": "text", "options": "map", "data": "xml"}],
    ),
]


def _wsdl(value: Any) -> str:
    if not isinstance(value, str) or not value.endswith(".wsdl"):
        raise wrong("a WSDL is a file beside the integration", "write its name, such as erp.wsdl")
    return str(value)


Wsdl = Annotated[str, ReadBy(_wsdl, matching(r"\.wsdl$"))]


class SoapEndpoint(HttpEndpoint):
    """One operation of a service."""

    noun = "a SOAP endpoint"

    operation: Annotated[
        S[Text], Field(description="its name in the WSDL, or that of the method", examples=["CreateSalesOrder"])
    ]
    url: Annotated[
        S[Url] | None,
        Field(description="its own address, where it lives elsewhere", examples=["=settings.order_url"]),
    ] = None
    wsdl: Annotated[Wsdl | None, Field(description="its own WSDL", examples=["orders.wsdl"])] = None
    action: Annotated[
        Text | None,
        Field(
            description="SOAPAction; default: what the WSDL says, else namespace#operation",
            examples=["urn:example:sales/CreateOrder"],
        ),
    ] = None
    parameters: Annotated[Parameters | None, Field(description="its own arguments", examples=[{"xml": "xml"}])] = None
    returns: Annotated[
        Kind | None,
        Field(
            description="what the result is, `xml` for a text that holds XML; default: an object of what comes back",
            examples=["xml"],
        ),
    ] = None

    def operation_by(self, settings: Mapping[str, Any]) -> str:
        """The name of the operation; empty where the settings do not say it."""
        return str(_given(self.operation, {"settings": settings}) or "")

    @property
    def placeholders(self) -> frozenset[str]:
        """The names in a path that a call fills: an operation has none."""
        return frozenset()

    @property
    def what(self) -> str:
        if isinstance(self.operation, Deferred):
            return f"operation of the setting {self.operation.query.text.removeprefix('=settings.')}"
        return f"operation {self.operation}" if self.operation else ""


class SoapConnection(HttpConnection):
    """A system with SOAP services."""

    noun = "a SOAP connection"

    type: Literal["soap"]
    wsdl: Annotated[
        Wsdl | None,
        Field(description="the WSDL, vendored beside the integration with all it imports", examples=["erp.wsdl"]),
    ] = None
    namespace: Annotated[
        S[Text] | None, Field(description="without a WSDL: of the operations", examples=["urn:example:sales"])
    ] = None
    style: Annotated[
        Literal["document", "rpc"],
        Field(
            description="without a WSDL: rpc arguments have no namespace, those of a document have", examples=["rpc"]
        ),
    ] = "document"
    use: Annotated[
        Literal["literal", "encoded"],
        Field(description="without a WSDL: whether values carry their types", examples=["encoded"]),
    ] = "literal"
    parameters: Parameters = Field(default_factory=dict)
    returns: Annotated[
        Kind | None,
        Field(
            description="what the result is, `xml` for a text that holds XML; default: an object of what comes back",
            examples=["xml"],
        ),
    ] = None
    version: Annotated[
        Literal["soap11", "soap12"], Field(description="version of the protocol", examples=["soap12"])
    ] = "soap11"
    soap_headers: Annotated[
        dict[Text, Tree],
        Field(
            description="header blocks of every envelope, over settings",
            examples=[{"Session": {"Company": "=settings.company"}}],
        ),
    ] = Field(default_factory=dict)
    endpoints: Annotated[
        dict[Name, SoapEndpoint],
        Field(description="its operations, by name", examples=[{"create_order": {"operation": "CreateSalesOrder"}}]),
    ]

    def operation(self, name: str, folder: Path | None, scope: Mapping[str, Any]) -> Operation:
        from engine.soap.envelope import Soap11, Soap12

        endpoint = self.endpoints[name]
        called = endpoint.operation_by(scope["settings"])
        file = endpoint.wsdl or self.wsdl
        if file is not None:
            found = _in_wsdl(folder, file, self.version, called)
            content = self._of_wsdl(endpoint, found)
            action = found.action
        else:
            namespace = str(_given(self.namespace, scope) or "")
            content = self._listed(endpoint, called, namespace)
            action = f"{namespace}#{called}"
        action = endpoint.action if endpoint.action is not None else action
        encoded = self.use == "encoded" if file is None else found.encoded
        codec = (Soap12 if self.version == "soap12" else Soap11)(content, encoded=encoded)
        named = {"Content-Type": f'{codec.content_type}; action="{action}"'}
        return Operation(
            method="POST",
            codec=codec,
            url=str(_given(endpoint.url, scope) or ""),
            headers=named if self.version == "soap12" else {"SOAPAction": f'"{action}"'},
        )

    def _of_wsdl(self, endpoint: SoapEndpoint, found: "InWsdl") -> "Content":
        from engine.soap.content import OfWsdl

        texts = frozenset(name for name, kind in self._kinds(endpoint).items() if kind == "xml")
        return OfWsdl(found, texts, (endpoint.returns or self.returns) == "xml", self._form(endpoint))

    def _listed(self, endpoint: SoapEndpoint, operation: str, namespace: str) -> "Content":
        from engine.soap.content import Listed
        from engine.soap.listed import Arguments

        arguments = Arguments(
            parameters=self._kinds(endpoint),
            returns=endpoint.returns or self.returns,
            encoded=self.use == "encoded",
            qualified=namespace if self.style == "document" else "",
            form=self._form(endpoint),
        )
        return Listed(operation, namespace, arguments)

    def _kinds(self, endpoint: SoapEndpoint) -> Mapping[str, Kind]:
        return endpoint.parameters if endpoint.parameters is not None else self.parameters

    def _form(self, endpoint: SoapEndpoint) -> Xml:
        """How texts that hold XML are written and read."""
        form = endpoint.format or self.format
        return form if isinstance(form, Xml) else Xml(type="xml")

    def blocks(self, operation: Operation, scope: Mapping[str, Any]) -> tuple[Any, ...]:
        from engine.soap.envelope import Envelope

        if not self.soap_headers:
            return ()
        assert isinstance(operation.codec, Envelope)
        namespace = str(_given(self.namespace, scope) or "")
        values = {name: evaluate(node, scope) for name, node in self.soap_headers.items()}
        return tuple(
            operation.codec.block(name, value, namespace) for name, value in values.items() if value is not None
        )

    def open(self, opening: Opening) -> Session:
        from engine.protocols.soap_session import SoapSession

        return SoapSession(self, opening)

    def vendored(self, folder: Path | None, scope: Mapping[str, Any]) -> "Iterator[tuple[str, str, InWsdl]]":
        """The endpoints that a vendored WSDL describes: name, file and operation."""
        for name, endpoint in self.endpoints.items():
            if file := endpoint.wsdl or self.wsdl:
                yield name, file, _in_wsdl(folder, file, self.version, str(_given(endpoint.operation, scope) or ""))

    # -- what is sent and answered -------------------------------------------------------------------------------

    def request_schema(self, endpoint: str) -> Any:
        found = self.endpoints.get(endpoint)
        if found is None or found.request is not None:
            return found and found.request
        kinds = self._kinds(found)
        if found.wsdl or self.wsdl:
            return self._schema(found, "request") if not kinds else None
        properties = {argument: _SCHEMAS[kind] for argument, kind in kinds.items()}
        return {"type": "object", "properties": properties, "additionalProperties": False}

    def reply_schema(self, endpoint: str) -> Any:
        written, found = super().reply_schema(endpoint), self.endpoints.get(endpoint)
        holds_xml = found is not None and (found.returns or self.returns) is not None
        return written if written is not None or found is None or holds_xml else self._schema(found, "reply")

    def _schema(self, endpoint: SoapEndpoint, which: str) -> str | None:
        """The schema that a WSDL gives; none where the name of the operation is a setting."""
        file = endpoint.wsdl or self.wsdl
        is_known = file is not None and isinstance(endpoint.operation, str) and bool(endpoint.operation)
        return f"{file}#/{endpoint.operation}/{which}" if is_known else None


def _given(value: Any, scope: Mapping[str, Any]) -> Any:
    """A value of a typed place, which may wait for the settings; null where they do not say yet."""
    if not isinstance(value, Deferred):
        return value
    try:
        return value.query.compiled(scope)
    except MappingError:
        return None


def _in_wsdl(folder: Path | None, file: str, version: str, operation: str) -> "InWsdl":
    """An operation of a WSDL.

    Raises:
        SettingMissing: there is none of this name, or the file cannot be used.
    """
    from engine.openapi.schemas import NoSchema
    from engine.wsdl.files import operations_of
    from engine.wsdl.read import Unusable

    try:
        found = operations_of(folder, file)[version]
    except (NoSchema, Unusable) as error:
        raise SettingMissing([f"{file}: {error.message}; {error.hint}"]) from None
    if operation not in found:
        raise SettingMissing([f"{file} has no operation {operation!r} for {version}; it has: {', '.join(found)}"])
    return found[operation]
