"""A first integration from an OpenAPI file: every operation an endpoint, and a message that passes it on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from engine.document import load
from engine.drafting.draft import Draft, Message, Undescribed, named
from engine.drafting.mappings import Mappings, under
from engine.errors import SpecError
from engine.http.addresses import is_https
from engine.mapping.read import data
from engine.openapi.schemas import at_pointer
from engine.parts.scalars import RESERVED
from engine.schemas import Schemas

_VERBS = ("get", "head", "post", "put", "patch", "delete")
_FORM = "application/x-www-form-urlencoded"
_FORMATS = {_FORM: "form", "application/xml": "xml", "text/xml": "xml", "text/plain": "text"}
_KINDS = ("string", "integer", "number", "boolean", "array")


def draft(name: str, folder: Path, file: str, source: str = "") -> Draft:
    """The draft of an integration.

    Args:
        file: the OpenAPI file, in the folder.
        source: the address it was fetched from, if it was.

    Raises:
        Undescribed: the file cannot be read, or has no paths.
    """
    document = _document(folder / file)
    paths = document.get("paths")
    if not isinstance(paths, dict) or not paths:
        raise Undescribed(f"{file} has no `paths`", "an OpenAPI file describes operations under `paths`")
    url = _address(document, source)
    auth, settings = _auth(document)
    api = _Api(folder, file, document, has_auth=bool(auth))
    title = document.get("info", {}).get("title") if isinstance(document.get("info"), dict) else None
    secure = is_https(url)
    note = "" if secure or not url else f"the file says {url}: use https, or say under `insecure:` why not"
    found = list(api.operations(paths))
    return Draft(
        name=name,
        title=" ".join(str(title or name).split()),
        source=file,
        settings={
            "url": {"type": "url", **({"default": url} if secure else {}), "description": "Address of the API"},
            **settings,
        },
        connection={"type": "rest", "url": "=settings.url", **_shown(url, source), **({"auth": auth} if auth else {})},
        endpoints={key: endpoint for key, endpoint, _ in found},
        messages={key: message for key, _, message in found},
        schemas=api.schemas,
        notes={**({"settings.url": note} if note else {}), **api.notes},
    )


def _document(path: Path) -> dict[str, Any]:
    try:
        found = data(load(path).data)
    except SpecError as error:
        first = error.diagnostics[0]
        raise Undescribed(f"{path.name}:{first.line}: {first.message}", first.hint) from None
    if not isinstance(found, dict) or not ("openapi" in found or "swagger" in found):
        raise Undescribed(f"{path.name} is no OpenAPI file", "it begins with `openapi: 3…`")
    return found


def _address(document: Mapping[str, Any], source: str) -> str:
    """Where the API is, which a file may say as seen from where it was fetched; empty if nobody knows it whole."""
    servers = document.get("servers")
    url = servers[0].get("url") if isinstance(servers, list) and servers and isinstance(servers[0], dict) else ""
    if "host" in document:
        scheme = (document.get("schemes") or ["https"])[0]
        url = f"{scheme}://{document['host']}{document.get('basePath', '')}"
    if url and source.startswith(("http://", "https://")):
        url = urljoin(source, str(url))
    parts = urlsplit(str(url or ""))
    return str(url).rstrip("/") if parts.scheme and parts.netloc and "{" not in str(url) else ""


def _shown(url: str, source: str) -> dict[str, str]:
    """The path at which the system shows its file, where that is below its address: `engine check` looks there."""
    return {"openapi": source.removeprefix(url)} if url and source.startswith(f"{url}/") and "?" not in source else {}


def _auth(document: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """How callers show who they are, and the settings it takes; the first scheme that is understood."""
    schemes = at_pointer(document, "#/components/securitySchemes") or document.get("securityDefinitions") or {}
    secret = {"type": "secret", "description": "Shows who we are"}
    for scheme in schemes.values() if isinstance(schemes, dict) else ():
        kind, way = scheme.get("type"), str(scheme.get("scheme", "")).lower()
        if kind == "basic" or (kind == "http" and way == "basic"):
            auth = {"type": "basic", "username": "=settings.user", "password": "=settings.password"}
            return auth, {"user": {"type": "text"}, "password": secret}
        if kind == "http" and way == "bearer":
            return {"type": "bearer", "token": "=settings.token"}, {"token": secret}
        if kind == "apiKey" and scheme.get("in") in ("header", "query"):
            return {"type": "api_key", scheme["in"]: {str(scheme.get("name")): "=settings.api_key"}}, {
                "api_key": secret
            }
        flows = scheme.get("flows") or {}
        url = (flows.get("clientCredentials") or {}).get("tokenUrl") if isinstance(flows, dict) else None
        if kind == "oauth2" and url:
            auth = {
                "type": "oauth2",
                "token_url": str(url),
                "client_id": "=settings.client",
                "client_secret": "=settings.secret",
            }
            return auth, {"client": {"type": "text"}, "secret": secret}
    return {}, {}


class _Api:
    """The operations of one file."""

    def __init__(self, folder: Path, file: str, document: Mapping[str, Any], *, has_auth: bool) -> None:
        self._file = file
        self._document = document
        self._has_auth = has_auth
        self._mappings = Mappings(Schemas({}, folder), "?")
        self.schemas: dict[str, Any] = {}
        self.notes: dict[str, str] = {}

    def operations(self, paths: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any], Message]]:
        """Each operation: its name, its endpoint, its message."""
        taken: set[str] = set(RESERVED)
        for path, item in paths.items():
            for verb in _VERBS:
                operation = item.get(verb) if isinstance(item, dict) else None
                if isinstance(operation, dict) and str(path).startswith("/"):
                    key = named(str(operation.get("operationId") or f"{verb} {path}"), taken)
                    taken.add(key)
                    parameters = [*(item.get("parameters") or ()), *(operation.get("parameters") or ())]
                    yield key, *self._operation(key, str(path), verb, operation, parameters)

    def _operation(
        self, key: str, path: str, verb: str, operation: Mapping[str, Any], parameters: list[Any]
    ) -> tuple[dict[str, Any], Message]:
        about = " ".join(str(operation.get("summary") or operation.get("description") or "").split())[:200]
        base = f"#/paths/{_step(path)}/{verb}"
        asked = self._content(f"{base}/requestBody")
        status = next((code for code in operation.get("responses") or () if str(code).startswith("2")), None)
        answered = self._content(f"{base}/responses/{status}") if status is not None else None
        endpoint: dict[str, Any] = {"description": about} if about else {}
        endpoint |= {"method": verb.upper(), "path": path}
        endpoint |= {"request": asked} if asked else {}
        endpoint |= {"reply": answered} if answered else {}
        endpoint |= {"auth": {"type": "none"}} if self._has_auth and operation.get("security") == [] else {}
        endpoint |= self._format(key, f"{base}/requestBody")
        named_in = {where: self._named(parameters, where) for where in ("path", "query")}
        named_in["headers"] = self._named(parameters, "header", required=True)
        named_in["path"] = {name: named_in["path"].get(name, {"type": "string"}) for name in _filled(path)}
        call: dict[str, Any] = {
            where: {name: f"={under('input', name)}" for name in found} for where, found in named_in.items() if found
        }
        input = self._input(key, named_in, asked)
        if asked:
            call["body"] = self._mappings.of({"$ref": asked}, "input" if input == asked else "input.body")
        reply = self._mappings.of({"$ref": answered}, "answer") if answered else "=answer"
        return endpoint, Message(about or f"{verb.upper()} {path}", key, call, input, answered, reply)

    def _input(self, key: str, named_in: Mapping[str, Mapping[str, Any]], body: str | None) -> Any:
        """The schema of a message's input: the body alone, or parameters with the body beside them."""
        properties = {**named_in["headers"], **named_in["query"], **named_in["path"]}
        if not properties:
            return body
        required = [*named_in["headers"], *named_in["path"], *(["body"] if body else [])]
        if body:
            properties["body"] = {"$ref": body}
        wanted = {"required": required} if required else {}
        self.schemas[f"{key}_input"] = {"type": "object", **wanted, "properties": properties}
        return f"{key}_input"

    def _named(self, parameters: list[Any], where: str, *, required: bool = False) -> dict[str, Any]:
        """The parameters of one kind, with a schema of their type.

        Args:
            required: leave out those that need not be given.
        """
        found: dict[str, Any] = {}
        for parameter in parameters:
            one = self._followed(parameter)
            if isinstance(one, dict) and one.get("in") == where and (one.get("required") or not required):
                schema = self._followed(one.get("schema", one))
                kind = schema.get("type") if isinstance(schema, dict) else None
                found[str(one.get("name"))] = {"type": kind if kind in _KINDS else "string"}
        return found

    def _format(self, key: str, pointer: str) -> dict[str, Any]:
        """How a body is written that is not JSON; a note where it cannot be."""
        kinds = list(self._kinds(pointer)[1])
        if not kinds or any("json" in kind for kind in kinds):
            return {}
        found = next((_FORMATS[kind] for kind in kinds if kind in _FORMATS), None)
        if found is None:
            self.notes[f"endpoints.{key}"] = f"its body is {', '.join(kinds)}, which no format writes"
        return {"format": found} if found else {}

    def _kinds(self, pointer: str) -> tuple[str, Mapping[str, Any]]:
        """What a request or a response may be, by its Content-Type, and the place where that stands."""
        held = at_pointer(self._document, pointer)
        if isinstance(held, dict) and isinstance(held.get("$ref"), str) and held["$ref"].startswith("#"):
            pointer, held = held["$ref"], at_pointer(self._document, held["$ref"])
        content = held.get("content") if isinstance(held, dict) else None
        return pointer, content if isinstance(content, dict) else {}

    def _content(self, pointer: str) -> str | None:
        """The place of the schema of a request or a response, of JSON before a form; None: it has none."""
        pointer, content = self._kinds(pointer)
        kind = next((one for one in content if "json" in one), None) or next(
            (one for one in content if one == _FORM), None
        )
        at = f"{pointer}/content/{_step(kind)}/schema" if kind else f"{pointer}/schema"
        schema = at_pointer(self._document, at)
        if not isinstance(schema, dict) or not schema:
            return None
        reference = schema.get("$ref")
        return (
            f"{self._file}{reference}"
            if isinstance(reference, str) and reference.startswith("#")
            else f"{self._file}{at}"
        )

    def _followed(self, value: Any) -> Any:
        reference = value.get("$ref") if isinstance(value, dict) else None
        return (
            at_pointer(self._document, reference) if isinstance(reference, str) and reference.startswith("#") else value
        )


def _filled(path: str) -> list[str]:
    return [part.partition("}")[0] for part in path.split("{")[1:]]


def _step(name: str) -> str:
    """A name as a step of a pointer."""
    return name.replace("~", "~0").replace("/", "~1").replace("%", "%25")
