"""A small client of language servers over stdio: one request at a time, notices kept as they come."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

Message = dict[str, Any]
Diagnostics = list[dict[str, Any]]

PATIENCE = 100.0
"""Seconds until a server that says nothing has failed."""


class Client:
    """A session with one server.

    Args:
        settings: what the server gets when it asks for its configuration, by section.
    """

    def __init__(self, process: subprocess.Popen[bytes], settings: Mapping[str, Any]) -> None:
        self._process = process
        self._arrived: Queue[Message | None] = Queue()
        self.listening = Thread(target=self._listen)
        self.listening.start()
        self._settings = settings
        self._count = 0
        self._notices: list[Message] = []
        self._answers: dict[int, Message] = {}
        self.versions: dict[str, int] = {}
        self.registered: list[str] = []

    def start(self, root: Path) -> Message:
        """Shake hands; gives what the server can do."""
        capabilities = {
            "workspace": {"configuration": True, "didChangeWatchedFiles": {"dynamicRegistration": True}},
            "textDocument": {
                "completion": {"completionItem": {"documentationFormat": ["markdown"], "snippetSupport": True}},
                "hover": {"contentFormat": ["markdown"]},
                "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
                "publishDiagnostics": {"codeDescriptionSupport": True, "versionSupport": True},
                "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}},
            },
        }
        folder = {"uri": root.as_uri(), "name": root.name}
        given = {
            "processId": None,
            "rootUri": root.as_uri(),
            "workspaceFolders": [folder],
            "capabilities": capabilities,
        }
        found: Message = self.request("initialize", given)["capabilities"]
        self.notify("initialized", {})
        self.notify("workspace/didChangeConfiguration", {"settings": dict(self._settings)})
        return found

    def open(self, path: Path, text: str) -> None:
        self.versions[path.as_uri()] = 1
        document = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, path: Path, text: str) -> None:
        """Replace the text of an open file."""
        self._changed(path, [{"text": text}])

    def type(self, path: Path, line: int, character: int, text: str) -> None:
        """Put a text into an open file; line and character count from 0, in UTF-16 units."""
        at = {"line": line, "character": character}
        self._changed(path, [{"range": {"start": at, "end": at}, "text": text}])

    def _changed(self, path: Path, changes: list[Message]) -> None:
        self.versions[path.as_uri()] += 1
        document = {"uri": path.as_uri(), "version": self.versions[path.as_uri()]}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})

    def at(self, method: str, path: Path, line: int, character: int, **more: Any) -> Any:
        """Ask about a place; line and character count from 0."""
        position = {"line": line, "character": character}
        return self.request(
            f"textDocument/{method}", {"textDocument": {"uri": path.as_uri()}, "position": position, **more}
        )

    def diagnostics(self, path: Path, until: Callable[[Diagnostics], bool] = lambda found: True) -> Diagnostics:
        """The next findings about a file that are as wanted; of the newest version, if the server says which."""
        while True:
            notice = self._notice("textDocument/publishDiagnostics")["params"]
            of_now = notice.get("version") in (None, self.versions.get(notice["uri"]))
            if notice["uri"] == path.as_uri() and of_now and until(notice["diagnostics"]):
                found: Diagnostics = notice["diagnostics"]
                return found

    def request(self, method: str, params: Any) -> Any:
        message = self.answer(self.ask(method, params))
        assert "error" not in message, message["error"]
        return message.get("result")

    def ask(self, method: str, params: Any) -> int:
        """Send a request, and do not wait; gives its number."""
        self._count += 1
        self._send({"id": self._count, "method": method, "params": params})
        return self._count

    def answer(self, number: int) -> Message:
        """The answer to a request."""
        while number not in self._answers:
            self._keep(self._read())
        return self._answers.pop(number)

    def told(self) -> list[Message]:
        """The notices that have come and were not looked at."""
        found, self._notices = self._notices, []
        return found

    def notify(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def _notice(self, method: str) -> Message:
        for number, notice in enumerate(self._notices):
            if notice["method"] == method:
                return self._notices.pop(number)
        while True:
            message = self._read()
            if message.get("method") == method:
                return message
            self._keep(message)

    def _keep(self, message: Message) -> None:
        """A question of the server's is answered, a notice kept."""
        if "method" in message and "id" in message:
            self._send({"id": message["id"], "result": self._answer(message)})
        elif "method" in message:
            self._notices.append(message)
        else:
            self._answers[message["id"]] = message

    def _answer(self, message: Message) -> Any:
        if message["method"] == "client/registerCapability":
            self.registered += [one["method"] for one in message["params"]["registrations"]]
        if message["method"] != "workspace/configuration":
            return None
        return [self._settings.get(item.get("section", ""), None) for item in message["params"]["items"]]

    def _send(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def _read(self) -> Message:
        found = self._arrived.get(timeout=PATIENCE)
        assert found is not None, "the server has ended"
        return found

    def _listen(self) -> None:
        """Take what the server says while something is sent, as editors do: else each waits for the other to read."""
        assert self._process.stdout is not None
        length = 0
        while line := self._process.stdout.readline():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            elif line == b"\r\n":
                self._arrived.put(json.loads(self._process.stdout.read(length)))
        self._arrived.put(None)


@contextmanager
def session(command: Sequence[str], root: Path, settings: Mapping[str, Any] | None = None) -> Iterator[Client]:
    """A server as a process, and a client that has shaken hands with it; ended in order."""
    with subprocess.Popen(list(command), cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        client = Client(process, settings or {})
        try:
            client.start(root)
            yield client
            client.request("shutdown", None)
            client.notify("exit", None)
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
            client.listening.join()
