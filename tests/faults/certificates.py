"""A throw-away certificate authority, and servers whose certificates are right or wrong, all made by `openssl`."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from tests.openssl import openssl

_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
_AUTHORITY = ("-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
_LOOPBACK = "IP:127.0.0.1"
_PAST = ("20200101000000Z", "20200201000000Z")
_PRESENT = ("20200101000000Z", "20991231000000Z")
_FUTURE = ("20980101000000Z", "20991231000000Z")


@dataclass(frozen=True)
class Certificates:
    """`trusted` is what a client believes; the others are servers at 127.0.0.1, of which only `valid` should be."""

    trusted: ssl.SSLContext
    valid: ssl.SSLContext
    expired: ssl.SSLContext
    not_yet_valid: ssl.SSLContext
    wrong_host: ssl.SSLContext
    unknown_authority: ssl.SSLContext
    self_signed: ssl.SSLContext


def make_certificates(folder: Path) -> Certificates:
    """Make all of them in `folder`, which is empty and the caller's to delete."""
    ours, strangers = _Authority(folder / "ours"), _Authority(folder / "strangers")
    return Certificates(
        trusted=ssl.create_default_context(cafile=str(ours.certificate)),
        valid=ours.server("valid", _LOOPBACK, _PRESENT),
        expired=ours.server("expired", _LOOPBACK, _PAST),
        not_yet_valid=ours.server("not-yet-valid", _LOOPBACK, _FUTURE),
        wrong_host=ours.server("wrong-host", "DNS:payments.example", _PRESENT),
        unknown_authority=strangers.server("unknown", _LOOPBACK, _PRESENT),
        self_signed=_server(ours.self_signed()),
    )


class _Authority:
    """`openssl ca` is the one command that every version lets choose both ends of a certificate's life."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self.certificate = folder / "authority.pem"
        self._key = folder / "authority.key"
        name = ("-subj", f"/CN=Throw-away authority {folder.name}")
        openssl("req", "-x509", *_NEW_KEY, "-keyout", self._key, "-out", self.certificate, *name, *_AUTHORITY)
        (folder / "issued.txt").touch()
        self._settings = folder / "authority.cnf"
        self._settings.write_text(
            f"[ca]\ndefault_ca=own\n[own]\ndatabase={folder}/issued.txt\nnew_certs_dir={folder}\nunique_subject=no\n"
            "rand_serial=yes\n"
            "default_md=sha256\npolicy=names\n[names]\ncommonName=supplied\n"
        )

    def server(self, name: str, alternative_name: str, life: tuple[str, str]) -> ssl.SSLContext:
        """A server with a certificate of this authority for `alternative_name`."""
        request, certificate = self._folder / f"{name}.csr", self._folder / f"{name}.pem"
        key, extensions = self._folder / f"{name}.key", self._folder / f"{name}.ext"
        openssl("req", "-new", *_NEW_KEY, "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        extensions.write_text(
            f"subjectAltName={alternative_name}\nbasicConstraints=CA:FALSE\nauthorityKeyIdentifier=keyid\n"
        )
        signer = ("-config", self._settings, "-cert", self.certificate, "-keyfile", self._key)
        dates = ("-startdate", life[0], "-enddate", life[1])
        files = ("-in", request, "-out", certificate, "-extfile", extensions)
        openssl("ca", "-batch", "-notext", *signer, *dates, *files)
        return _server(certificate, key)

    def self_signed(self) -> Path:
        """A certificate for the loopback address that vouches for itself, its key in the same file."""
        certificate, key = self._folder / "self-signed.pem", self._folder / "self-signed.key"
        names = ("-subj", "/CN=self-signed", "-addext", f"subjectAltName={_LOOPBACK}")
        openssl("req", "-x509", *_NEW_KEY, "-keyout", key, "-out", certificate, *names)
        certificate.write_text(certificate.read_text() + key.read_text())
        return certificate


def _server(certificate: Path, key: Path | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context
