"""The local system's certificate authority, so that the functions reach every simulator over TLS as they are."""

import shutil
import ssl
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import trustme

from tests.local.paths import WORKSPACE


@dataclass(frozen=True)
class CertificateAuthority:
    """An authority that has issued one server certificate, for 127.0.0.1 and localhost, as files in a folder."""

    folder: Path

    @property
    def ca_file(self) -> Path:
        """What a client trusts: a value for SSL_CERT_FILE, or for curl's --cacert."""
        return self.folder / "authority.pem"

    def server_context(self) -> ssl.SSLContext:
        """For a server that presents the certificate."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.folder / "server.pem")
        return context

    def client_context(self) -> ssl.SSLContext:
        """For a client that trusts this authority and no other."""
        return ssl.create_default_context(cafile=str(self.ca_file))


@cache
def local_authority() -> CertificateAuthority:
    """The authority of this machine: made when it is first needed, then shared by every process."""
    authority = CertificateAuthority(WORKSPACE / "certificates")
    if not authority.folder.exists():
        WORKSPACE.mkdir(exist_ok=True)
        new = CertificateAuthority(Path(tempfile.mkdtemp(prefix="certificates-", dir=WORKSPACE)))
        issuer = trustme.CA()
        issuer.cert_pem.write_to_path(new.ca_file)
        issuer.issue_cert("127.0.0.1", "localhost").private_key_and_cert_chain_pem.write_to_path(
            new.folder / "server.pem"
        )
        try:
            new.folder.rename(authority.folder)  # both files at once
        except OSError:  # another process was first
            shutil.rmtree(new.folder)
    return authority
