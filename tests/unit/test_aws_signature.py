"""Signature Version 4, compared with botocore's own for every kind of request that is sent."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from balance_core.aws_signature import AwsCredentials, AwsPost, signed_headers

NOW = datetime(2026, 11, 21, 1, 45, 38, tzinfo=UTC)
CREDENTIALS = AwsCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "token/+==")
INVOKE = "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-central-1%3A123456789012%3Afunction%3Aa-b_c%3Alive/invocations"
POSTS = {
    "a secret": AwsPost(
        "secretsmanager",
        "eu-central-1",
        "secretsmanager.eu-central-1.amazonaws.com",
        "/",
        {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "secretsmanager.GetSecretValue"},
        b'{"SecretId": "balance-bot/payby"}',
    ),
    "an invocation": AwsPost(
        "lambda",
        "us-gov-west-1",
        "lambda.us-gov-west-1.amazonaws.com",
        INVOKE,
        {"Content-Type": "application/json", "X-Amz-Invocation-Type": "Event"},
        '{"text": "مرحبا"}'.encode(),
    ),
    "nothing, at a port of this machine": AwsPost("lambda", "eu-central-1", "127.0.0.1:4566", "/", {}, b""),
    "spaces around and in a header": AwsPost("lambda", "eu-central-1", "localhost", "/", {"X-Amz-A": "  b   c "}, b""),
    "a path that is not safe": AwsPost("lambda", "cn-north-1", "localhost", "/a~b/%20(c)/%C3%A9'*+", {}, b"x"),
    "names in any case": AwsPost("lambda", "eusc-de-east-1", "localhost", "/", {"x-AMZ-b": "1", "X-amz-A": "2"}, b"x"),
}


def botocores_signature(post: AwsPost, credentials: AwsCredentials, now: datetime) -> str:
    """What botocore signs the same request with at the same time."""
    auth = SigV4Auth(
        Credentials(credentials.key_id, credentials.secret, credentials.token or None), post.service, post.region
    )
    headers = {**post.headers, "X-Amz-Date": f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"}
    if credentials.token:
        headers["X-Amz-Security-Token"] = credentials.token
    request = AWSRequest("POST", f"https://{post.host}{post.path}", headers, post.body)
    request.context["timestamp"] = headers["X-Amz-Date"]
    return str(auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request))


@pytest.mark.parametrize("post", POSTS.values(), ids=POSTS)
@pytest.mark.parametrize("token", ["token/+==", ""], ids=["temporary", "permanent"])
def test_signs_as_botocore_does(post: AwsPost, token: str) -> None:
    credentials = AwsCredentials(CREDENTIALS.key_id, CREDENTIALS.secret, token)
    headers = signed_headers(post, credentials, NOW)
    assert headers["authorization"].endswith(f"Signature={botocores_signature(post, credentials, NOW)}")
    assert ("x-amz-security-token" in headers) == bool(token)


def test_the_time_is_sent_in_utc_whatever_its_zone() -> None:
    post = POSTS["a secret"]
    dubai = NOW.astimezone(timezone(timedelta(hours=4)))
    assert signed_headers(post, CREDENTIALS, dubai) == signed_headers(post, CREDENTIALS, NOW)
    assert signed_headers(post, CREDENTIALS, dubai)["x-amz-date"] == "20261121T014538Z"


def test_says_who_signs_and_what() -> None:
    authorization = signed_headers(POSTS["a secret"], CREDENTIALS, NOW)["authorization"]
    assert authorization.startswith(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/eu-central-1/secretsmanager/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature="
    )


def test_neither_secret_nor_body_is_printed() -> None:
    printed = repr(CREDENTIALS) + repr(POSTS["a secret"])
    assert "wJalr" not in printed
    assert "token/" not in printed
    assert "SecretId" not in printed
