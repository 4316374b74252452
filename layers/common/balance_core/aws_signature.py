"""AWS Signature Version 4: how a request shows who sends it. Pure.

Source: IAM User Guide, "Create a signed AWS API request". The tests compare the result with botocore's.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class AwsCredentials:
    """Those of the function's role; without a `token` they are somebody's permanent ones."""

    key_id: str
    secret: str = field(repr=False)
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AwsPost:
    """One POST to a service's endpoint: `path` as it is sent, already percent-encoded, without a query."""

    service: str
    region: str
    host: str
    path: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


def signed_headers(post: AwsPost, credentials: AwsCredentials, now: datetime) -> dict[str, str]:
    """The headers of `post` and those that sign all of them and the body, at the aware time `now`."""
    moment = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    headers = {
        **{name.lower(): value for name, value in post.headers.items()},
        "host": post.host,
        "x-amz-date": moment,
    }
    if credentials.token:
        headers["x-amz-security-token"] = credentials.token
    names = ";".join(sorted(headers))
    # White space around a value does not count, and several spaces within it count as one.
    lines = "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in sorted(headers))
    # Every service but S3 has the path encoded once more.
    canonical = "\n".join(["POST", quote(post.path), "", lines, names, _sha256(post.body)])
    scope = f"{moment[:8]}/{post.region}/{post.service}/aws4_request"
    to_sign = "\n".join([_ALGORITHM, moment, scope, _sha256(canonical.encode("utf-8"))])
    key = f"AWS4{credentials.secret}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    signature = _hmac(key, to_sign).hex()
    authorization = (
        f"{_ALGORITHM} Credential={credentials.key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return {**headers, "authorization": authorization}


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode("utf-8"), hashlib.sha256).digest()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
