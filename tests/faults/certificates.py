"""A throw-away certificate authority, and servers at 127.0.0.1 whose certificates are valid or not."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import trustme

_HOST = "127.0.0.1"
_YEARS = [datetime(year, 1, 1, tzinfo=UTC) for year in (2020, 2021, 2098, 2099)]


@dataclass(frozen=True)
class Certificates:
    """`trusted` is what a client trusts. Of the `servers`, by what is special about them, only `valid` is trusted."""

    trusted: ssl.SSLContext
    servers: Mapping[str, ssl.SSLContext]


def make_certificates() -> Certificates:
    """A new authority and new servers."""
    ours, unknown = trustme.CA(), trustme.CA()
    trusted = ssl.create_default_context()
    ours.configure_trust(trusted)
    certificates = {
        "valid": ours.issue_cert(_HOST),
        "expired": ours.issue_cert(_HOST, not_before=_YEARS[0], not_after=_YEARS[1]),
        "not yet valid": ours.issue_cert(_HOST, not_before=_YEARS[2], not_after=_YEARS[3]),
        "wrong host": ours.issue_cert("payments.example"),
        "unknown authority": unknown.issue_cert(_HOST),
    }
    servers = {name: ssl.create_default_context(ssl.Purpose.CLIENT_AUTH) for name in (*certificates, "self-signed")}
    for name, issued in certificates.items():
        issued.configure_cert(servers[name])
    # The certificate of an authority is self-signed.
    with unknown.private_key_pem.tempfile() as key, unknown.cert_pem.tempfile() as certificate:
        servers["self-signed"].load_cert_chain(certificate, key)
    return Certificates(trusted, servers)
