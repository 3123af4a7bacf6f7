"""Serves the desk: on this machine only, or elsewhere with a certificate; ends when it is told."""

import ipaddress
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h11
import uvicorn
from cryptography import x509
from uvicorn.protocols.http.h11_impl import H11Protocol

from fanal.errors import UsageError
from fanal.serving.calm import END_SECONDS, HEAD_BYTES, Calm, Patience
from fanal.serving.sockets import LOOPBACK, bound, is_here
from fanal.web.app import application
from fanal.web.desk import Desk
from fanal.web.guard import HEADERS

CONNECTIONS = 200
KEEP_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where a desk is to be reached."""

    port: int
    """0: any that is free."""
    address: str = ""
    """"" for this machine alone."""
    certificate: Path | None = None
    key: Path | None = None

    @property
    def is_here(self) -> bool:
        """Tell whether only this machine reaches it."""
        return is_here(self.address)


def checked(place: Place) -> Place:
    """Return the place; refuse one beyond this machine without a certificate (S1)."""
    if bool(place.certificate) != bool(place.key):
        raise UsageError(
            "a certificate and its key go together", "give both --certificate and --certificate-key"
        )
    if place.is_here and place.certificate is None:
        return Place(place.port)
    if place.certificate is None:
        raise UsageError(
            f"{place.address} is reached from other machines: pictures and passwords would travel"
            " in the open",
            "give --certificate FILE and --certificate-key FILE, or leave --address out",
        )
    try:
        ipaddress.ip_address(place.address or LOOPBACK[0])
    except ValueError:
        raise UsageError(
            f"{place.address!r} is no address of this machine", "give one like 192.0.2.7"
        ) from None
    return place


def names(place: Place) -> list[str]:
    """Return the names under which browsers reach the desk, as its certificate says."""
    if place.certificate is None:
        return ["localhost"]
    try:
        certificate = x509.load_pem_x509_certificate(place.certificate.read_bytes())
        held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound) as error:
        raise UsageError(
            f"{place.certificate} cannot be used: {error}", "give a PEM file that names its hosts"
        ) from error
    found = [name.lower() for name in held.get_values_for_type(x509.DNSName) if "*" not in name]
    numbers = held.get_values_for_type(x509.IPAddress)
    found += [f"[{one}]" if ":" in str(one) else str(one) for one in numbers]
    if not found:
        raise UsageError(f"{place.certificate} names no host", "give one that names its hosts")
    return found


def origins(place: Place, port: int) -> list[str]:
    """Return the addresses as browsers spell them (RFC 6454, section 6.2)."""
    scheme, usual = ("http", 80) if place.certificate is None else ("https", 443)
    tail = "" if port == usual else f":{port}"
    return [f"{scheme}://{name}{tail}" for name in names(place)]


def listening(place: Place) -> list[socket.socket]:
    """Return sockets that are bound, on one port."""
    addresses = LOOPBACK if place.certificate is None else (place.address or LOOPBACK[0],)
    return bound(addresses, place.port, 64)


def serve(desk: Desk, place: Place, ready: Callable[[str, Callable[[], None]], Any]) -> None:
    """Serve the desk until the program is told to end.

    `ready` is given its address, once it listens, and what ends it.
    """
    place = checked(place)
    sockets = listening(place)
    try:
        known = origins(place, sockets[0].getsockname()[1])
        desk.origins = frozenset(known)
        config = uvicorn.Config(
            application(desk),
            **_settings(place),
        )
        Calm(config, lambda end: ready(known[0], end)).run(sockets)
    finally:
        desk.close()
        for one in sockets:
            one.close()


def _settings(place: Place) -> dict[str, Any]:
    return {
        "http": Patient,
        "ws": "none",
        "loop": "asyncio",
        "lifespan": "off",
        "interface": "asgi3",
        "log_config": None,
        "log_level": "critical",
        "access_log": False,
        "server_header": False,
        "date_header": False,
        "proxy_headers": False,
        "timeout_keep_alive": KEEP_SECONDS,
        "timeout_graceful_shutdown": END_SECONDS,
        "h11_max_incomplete_event_size": HEAD_BYTES,
        "ssl_context_factory": None if place.certificate is None else _secured(place),
    }


def _secured(place: Place) -> Callable[..., ssl.SSLContext]:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        made.load_cert_chain(str(place.certificate), str(place.key))
    except (OSError, ssl.SSLError) as error:
        raise UsageError(
            f"{place.certificate} and {place.key} cannot be used: {error}",
            "give a PEM certificate and the key that belongs to it",
        ) from error
    return lambda *_: made


class Patient(Patience, H11Protocol):
    """One connection, which is closed where the head of a request does not come."""

    MOST = CONNECTIONS

    def data_received(self, data: bytes) -> None:
        """Take bytes; whatever belongs to no request yet has little time to become one."""
        super().data_received(data)
        if self.is_busy:
            self.wait_no_more()
        else:
            self.wait()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request, with the headers that every answer has."""
        told = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
        told += [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
        with suppress(h11.LocalProtocolError):
            for event in (
                h11.Response(status_code=400, headers=told, reason=b"Bad Request"),
                h11.Data(data=msg.encode("ascii")),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
