"""Serve a double on a port of this machine, for whatever speaks to it from another process; over https with a certificate of its own."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOOPBACK = "127.0.0.1"

_VALID_FROM = datetime(2020, 1, 1, tzinfo=UTC)
_VALID_FOR = timedelta(days=36_500)
"""As long as clocks in tests may stray; the certificate is of no use to anybody else, for its key dies with its folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate for this machine's own address, which only those trust who are told to."""

    bundle: Path
    """The file for ACQUAINT_CA_BUNDLE: the certificate without its key."""
    context: ssl.SSLContext

    @classmethod
    def made_in(cls, folder: Path) -> Certificate:
        """A new one, whose files lie in a folder."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a double")])
        own = x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK)), x509.DNSName("localhost")])
        signed = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(_VALID_FROM)
            .not_valid_after(_VALID_FROM + _VALID_FOR)
            .add_extension(own, critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        bundle, secret = folder / "double.pem", folder / "double.key"
        bundle.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        secret.write_bytes(
            key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(bundle, secret)
        return cls(bundle=bundle, context=context)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Somebody who does not trust the certificate hangs up: that is their affair."""


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def served(app: Any, port: int = 0, *, certificate: Certificate | None = None) -> Iterator[str]:
    """The address under which a WSGI application answers within the block: by https where there is a certificate."""
    with make_server(LOOPBACK, port, app, server_class=_Server, handler_class=_Quiet) as server:
        if certificate:
            # The handshake is left to the thread of each connection: one that never shakes hands holds up nobody.
            server.socket = certificate.context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"{'https' if certificate else 'http'}://{LOOPBACK}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
