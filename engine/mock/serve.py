"""Serving the mock, and telling how to reach it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from engine.examples.suite import Subject
from engine.mock.app import Mock
from engine.mock.certificate import certificate, folder
from engine.mock.faults import Faults
from engine.mock.settings import exports, fixed, unserved
from engine.mock.shop import paths
from engine.server import loop
from engine.server.sockets import Address, serve_app
from engine.settings.settings import variable


def serve(
    subjects: Sequence[Subject], host: str, port: int, faults: Faults, *, secure: bool, tell: Callable[[str], None]
) -> None:
    """Serve until a signal comes.

    Args:
        tell: gets the settings first, then one line per request.

    Raises:
        OSError: the address cannot be listened on, or the certificate cannot be written.
    """
    cert, key = map(str, certificate(folder())) if secure else (None, None)

    def started(base: str) -> None:
        logging.getLogger("uvicorn.error").setLevel(
            logging.CRITICAL
        )  # a reply broken off on demand is no error of ours
        for line in _told(subjects, base, cert):
            tell(line)

    app = Mock(subjects, faults, tell)
    loop.run(serve_app(app, Address(host, port, cert, key), started))


def _told(subjects: Sequence[Subject], base: str, cert: str | None) -> list[str]:
    lines = [line for subject in subjects for line in exports(subject.integration, base)]
    if cert:
        lines.append(f"export SSL_CERT_FILE={cert}    # trusts this mock, and no other system")
    for subject in subjects:
        for name in fixed(subject.integration):
            lines.append(
                f"# the address of {subject.plan.name}.{name} stands in its file: the engine cannot be led here"
            )
        for name, setting in unserved(subject.integration):
            yours = f"; {variable(subject.plan.name, setting)} is yours to set" if setting else ""
            lines.append(f"# {subject.plan.name}.{name} speaks no HTTP, and is not served{yours}")
        lines += [f"# the shop's side: POST {base}/v1/{subject.plan.name}/{path}" for path in paths(subject.plan)]
    return lines
