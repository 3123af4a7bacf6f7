import http.client
import os
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fanal.errors import UsageError
from fanal.serving import calm
from fanal.web import serve as serving
from fanal.web.guard import HEADERS
from fanal.web.serve import Place, checked, listening, names, origins, serve
from makers.desk import desk_on


@contextmanager
def served(case, place=None):
    """Serve a desk in a thread; give its address and what ends it."""
    ready, told = threading.Event(), {}

    def listens(origin, end):
        told.update(origin=origin, end=end, port=int(origin.rpartition(":")[2]))
        ready.set()

    with desk_on(case) as desk:
        thread = threading.Thread(target=serve, args=(desk, place or Place(0), listens))
        thread.start()
        try:
            assert ready.wait(60)
            yield told
        finally:
            told["end"]()
            thread.join(60)
            assert not thread.is_alive()


def got(port, path="/sign-in", method="GET", **headers):
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        asked.request(method, path, headers={"Host": f"localhost:{port}"} | headers)
        answer = asked.getresponse()
        answer.read()
        return answer
    finally:
        asked.close()


def said(port, data, wait=60.0):
    """Return all that is answered to some bytes, until the other side closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as made:
        made.sendall(data)
        held = b""
        with suppress(ConnectionResetError):
            while part := made.recv(65_536):
                held += part
        return held


def test_it_listens_on_loopback_alone_under_the_name_localhost(bare):
    with served(bare) as told:
        assert told["origin"] == f"http://localhost:{told['port']}"
        assert got(told["port"]).status == 303
        assert got(told["port"], Host=f"127.0.0.1:{told['port']}").status == 403
        assert got(told["port"], Host="evil.example").status == 403
        for address in others():
            with (
                pytest.raises(OSError, match=r"refused|timed"),
                socket.create_connection((address, told["port"]), 2),
            ):
                pass


def others():
    """Return addresses of this machine that other machines reach."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        try:
            made.connect(("192.0.2.1", 9))  # nothing is sent
        except OSError:
            return []
        return [made.getsockname()[0]] if not made.getsockname()[0].startswith("127.") else []


def test_both_addresses_of_localhost_are_taken(bare):
    with served(bare) as told, suppress(OSError):
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            pass  # this machine has IPv6
        with socket.create_connection(("::1", told["port"]), 5):
            pass
        with pytest.raises(OSError, match="use"):
            socket.create_server(("::1", told["port"]), family=socket.AF_INET6)


def test_every_answer_has_every_header_and_none_of_the_server(bare):
    with served(bare) as told:
        for answer in (got(told["port"]), got(told["port"], "/zz"), got(told["port"], Host="x")):
            for name, value in HEADERS.items():
                assert answer.headers[name] == value
            assert not {"server", "date"} & {name.lower() for name in answer.headers}
        odd = said(told["port"], b"this is no request\r\n\r\n")
        assert odd.startswith(b"HTTP/1.1 400")
        for name, value in HEADERS.items():
            assert f"{name.lower()}: {value}".encode() in odd.replace(
                name.encode(), name.lower().encode()
            )


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: " + b"a" * 100_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: zz\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"\x16\x03\x01\x00\xff",
    ],
    ids=lambda data: ascii(data[:30]),
)
def test_requests_that_are_none_are_refused(bare, data):
    with served(bare) as told:
        first = said(told["port"], data + b"\r\n\r\n").partition(b"\r\n")[0]
        assert first.split()[1] in {b"400", b"403", b"404", b"431", b"501"}


def test_a_head_that_does_not_come_and_one_that_trickles_are_closed(bare, monkeypatch):
    monkeypatch.setattr(calm, "HEAD_SECONDS", 0.4)
    with served(bare) as told:
        begun = time.monotonic()
        assert said(told["port"], b"") == b""
        assert said(told["port"], b"GET / HTTP/1.1\r\nHost:") == b""
        with socket.create_connection(("127.0.0.1", told["port"]), 5) as made, suppress(OSError):
            for _ in range(800):
                made.sendall(b"G")
                time.sleep(0.05)
        assert time.monotonic() - begun < 35
        assert got(told["port"]).status == 303


def test_more_connections_than_it_bears_bar_nobody_for_long(bare, monkeypatch):
    monkeypatch.setattr(serving.Patient, "MOST", 3)
    monkeypatch.setattr(calm, "HEAD_SECONDS", 0.4)
    with served(bare) as told:
        held = [socket.create_connection(("127.0.0.1", told["port"]), 5) for _ in range(10)]
        time.sleep(1.0)
        assert got(told["port"]).status == 303
        for one in held:
            one.close()


def test_ending_is_quick_and_seals_the_case(bare):
    with served(bare) as told:
        got(told["port"])
        held = socket.create_connection(("127.0.0.1", told["port"]), 5)
        begun = time.monotonic()
    assert time.monotonic() - begun < 60
    assert (bare / "seal.json").is_file()
    held.close()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", told["port"]), 2)


def test_a_port_that_is_taken_is_a_plain_error():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with pytest.raises(UsageError, match="cannot be used") as told:
            listening(Place(taken.getsockname()[1]))
        assert "--port 0" in told.value.advice


@pytest.mark.skipif(os.geteuid() == 0, reason="root may use any port")
def test_a_port_that_is_not_for_us_is_a_plain_error():
    with pytest.raises(UsageError, match="cannot be used"):
        listening(Place(80))


# Beyond this machine -------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["0.0.0.0", "192.0.2.7", "::", "desk.example", "10.1", "*"])  # noqa: S104
def test_no_other_address_without_a_certificate(address, tmp_path):
    with pytest.raises(UsageError, match="reached from other machines"):
        checked(Place(0, address))
    with pytest.raises(UsageError, match="go together"):
        checked(Place(0, address, certificate=tmp_path / "c.pem"))
    with pytest.raises(UsageError, match="go together"):
        checked(Place(0, address, key=tmp_path / "k.pem"))


@pytest.mark.parametrize("address", ["", "localhost", "127.0.0.1", "::1", "127.0.0.9"])
def test_addresses_of_this_machine_alone_are_localhost(address):
    assert checked(Place(5, address)) == Place(5)


def certified(folder, hosts=("localhost", "desk.example"), addresses=("127.0.0.1", "::1")):
    """Write a certificate that names hosts, and its key; return both paths."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "zz")])
    held = [x509.DNSName(one) for one in hosts] + [
        x509.IPAddress(ip_address(one)) for one in addresses
    ]
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 7)
    made = made.not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    if held:
        made = made.add_extension(x509.SubjectAlternativeName(held), critical=False)
    pem = serialization.Encoding.PEM
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(made.sign(key, hashes.SHA256()).public_bytes(pem))
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(pem, form, plain))
    return paths


def test_names_are_those_of_the_certificate(tmp_path):
    place = Place(0, "0.0.0.0", *certified(tmp_path))  # noqa: S104
    assert origins(checked(place), 8417) == [
        *("https://localhost:8417", "https://desk.example:8417"),
        *("https://127.0.0.1:8417", "https://[::1]:8417"),
    ]
    assert origins(place, 443)[1] == "https://desk.example"


def test_a_certificate_that_names_nobody_is_refused(tmp_path):
    for hosts in ((), ("*.example",)):
        with pytest.raises(UsageError):
            names(Place(0, "192.0.2.7", *certified(tmp_path, hosts, ())))
    (tmp_path / "zz.pem").write_text("zz")
    with pytest.raises(UsageError, match="cannot be used"):
        names(Place(0, "192.0.2.7", tmp_path / "zz.pem", tmp_path / "zz.pem"))
    one, _ = certified(tmp_path)
    with pytest.raises(UsageError, match=r"is no address|reached"):
        checked(Place(0, "desk.example", one, one))


def test_with_a_certificate_it_speaks_no_old_tls_and_nothing_in_the_open(bare, tmp_path):
    certificate, key = certified(tmp_path)
    with served(bare, Place(0, "127.0.0.1", certificate, key)) as told:
        trusting = ssl.create_default_context(cafile=str(certificate))
        asked = http.client.HTTPSConnection("localhost", told["port"], context=trusting)
        asked.request("GET", "/sign-in")
        answer = asked.getresponse()
        assert answer.status == 303
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        asked.close()
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.load_verify_locations(str(certificate))
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        old.set_ciphers("AES128-SHA:@SECLEVEL=0")  # without forward secrecy
        with (
            pytest.raises((ssl.SSLError, ConnectionError)),
            socket.create_connection(("127.0.0.1", told["port"]), 5) as made,
            old.wrap_socket(made, server_hostname="localhost"),
        ):
            pass
        assert b"HTTP/1.1 200" not in said(
            told["port"], b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
