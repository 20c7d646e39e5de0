"""A SOAP connection has a WSDL beside the integration that knows its operations, or lists what a WSDL would say."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.openapi.schemas import NoSchema
from engine.parts.suggest import did_you_mean, suggest
from engine.protocols.soap import SoapConnection, SoapEndpoint

_SAID_BY_WSDL = ("namespace", "style", "use")


def check(subject: Subject) -> Iterator[Diagnostic]:
    for name, connection in subject.integration.connections.items():
        if isinstance(connection, SoapConnection):
            path = ("connections", name)
            yield from _listed(subject, connection, path)
            for key, endpoint in connection.endpoints.items():
                if endpoint is not None:
                    yield from _of_wsdl(subject, connection, endpoint, (*path, "endpoints", key))


def _listed(subject: Subject, connection: SoapConnection, path: Path_) -> Iterator[Diagnostic]:
    """What must stand in the file where there is no WSDL, and must not where there is one."""
    if connection.wsdl is not None:
        for key in _SAID_BY_WSDL:
            if subject.holds((*path, key)):
                words = f"the WSDL says what `{key}` is"
                yield Diagnostic(subject.key(*path, key), "wrong-value", words, "leave it out, or leave out `wsdl`")
        yield from _only_xml(subject, connection, path)
    elif not connection.namespace and any(one and one.wsdl is None for one in connection.endpoints.values()):
        hint = "add `wsdl: FILE`; without one, add `namespace: …` and `parameters: {…}`"
        yield Diagnostic(subject.document.home(path), "missing-key", '"wsdl" or "namespace" is missing here', hint)


def _only_xml(subject: Subject, part: SoapConnection | SoapEndpoint, path: Path_) -> Iterator[Diagnostic]:
    """Beside a WSDL, `parameters` and `returns` say which of its texts hold XML, and nothing else."""
    kinds: list[tuple[Path_, str]] = [(("parameters", name), kind) for name, kind in (part.parameters or {}).items()]
    kinds += [(("returns",), part.returns)] if part.returns else []
    for below, kind in kinds:
        if kind != "xml":
            words = "beside a WSDL this says only which texts hold XML"
            yield Diagnostic(subject.mark(*path, *below), "wrong-value", words, "write xml, or leave it out")


def _of_wsdl(subject: Subject, connection: SoapConnection, endpoint: SoapEndpoint, path: Path_) -> Iterator[Diagnostic]:
    file = endpoint.wsdl or connection.wsdl
    if file is None:
        return
    from engine.wsdl.files import operations_of
    from engine.wsdl.read import Unusable

    yield from _only_xml(subject, endpoint, path)
    at = subject.mark(*(path if endpoint.wsdl else path[:2]), "wsdl")
    try:
        found = operations_of(subject.integration.folder, file)
    except (NoSchema, Unusable) as error:
        yield Diagnostic(at, "wrong-wsdl", error.message, error.hint)
        return
    known = found[connection.version]
    if not known:
        other = next((version for version, operations in found.items() if operations), None)
        hint = f"write `version: {other}`" if other else "vendor a WSDL of a SOAP service"
        yield Diagnostic(at, "wrong-wsdl", f"{file} has no service for {connection.version}", hint)
        return
    settings = subject.integration.settings
    named = endpoint.operation_by({name: setting.default for name, setting in settings.items() if setting})
    if named not in known and subject.holds((*path, "operation")):
        near = did_you_mean(suggest(named, known))
        words = f'{file} has no operation "{named}"' if named else "this names no operation where nothing is set"
        hint = f"{near}it has: {', '.join(known)}"
        yield Diagnostic(subject.mark(*path, "operation"), "wrong-wsdl", words, hint)
