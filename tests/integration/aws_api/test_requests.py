"""Where a request to AWS goes, and what it says of itself: trace and credentials."""

import json

import boto3
import pytest

from balance_core.aws_api import AwsApi, AwsUnreachableError, endpoint
from tests.integration.aws_api.cases import lead_to
from tests.integration.fault_server import FaultServer, always, answer


class TestTheTrace:
    TRACE = "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:fc3b4ff1:0"

    def test_goes_on(self, api: AwsApi, monkeypatch: pytest.MonkeyPatch) -> None:
        with FaultServer(always(answer(200, b"{}"))) as server:
            lead_to(monkeypatch, server.url)
            monkeypatch.setenv("_X_AMZN_TRACE_ID", self.TRACE)
            api.post("/", {}, b"")
        head = server.requests[0].decode()
        assert f"\r\nx-amzn-trace-id: {self.TRACE}\r\n" in head
        assert "SignedHeaders=host;x-amz-date," in head, "who passes it on may change it"

    def test_that_does_not_exist_is_not_made_up(self, api: AwsApi, monkeypatch: pytest.MonkeyPatch) -> None:
        with FaultServer(always(answer(200, b"{}"))) as server:
            lead_to(monkeypatch, server.url)
            api.post("/", {}, b"")
        assert b"trace" not in server.requests[0]


class TestCredentialsAfterARestore:
    """Lambda takes them out of the environment of a function with SnapStart, and says where they are."""

    def test_are_asked_for(self, api: AwsApi, monkeypatch: pytest.MonkeyPatch) -> None:
        given = {"AccessKeyId": "RESTORED", "SecretAccessKey": "s", "Token": "t", "Expiration": "2026-11-21T02:00:00Z"}
        with (
            FaultServer(always(answer(200, json.dumps(given).encode()))) as lambdas,
            FaultServer(always(answer(200, b"{}"))) as server,
        ):
            lead_to(monkeypatch, server.url)
            monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{lambdas.url}2021-04-23/credentials")
            monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "container-token")
            api.post("/", {}, b"")
        assert lambdas.requests[0].startswith(b"GET /2021-04-23/credentials HTTP/1.1\r\n")
        assert b"Authorization: container-token\r\n" in lambdas.requests[0]
        assert b"Credential=RESTORED/" in server.requests[0]

    def test_that_cannot_be_had(self, api: AwsApi, monkeypatch: pytest.MonkeyPatch) -> None:
        with FaultServer(always(answer(500, b"<html>"))) as lambdas:
            monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", lambdas.url)
            monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "container-token")
            with pytest.raises(AwsUnreachableError):
                api.post("/", {}, b"")


class TestTheEndpoint:
    @pytest.mark.parametrize("service", ["lambda", "secretsmanager"])
    def test_is_boto3s_in_every_region(self, service: str) -> None:
        session = boto3.Session()
        partitions = [part for part in session.get_available_partitions() if "iso" not in part]
        regions = [region for part in partitions for region in session.get_available_regions(service, part)]
        assert len(regions) > 25
        for region in regions:
            client = session.client(service, region_name=region)  # type: ignore[call-overload]  # either name
            assert endpoint(service, region) == client.meta.endpoint_url

    def test_is_the_environments_if_it_names_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        assert endpoint("lambda", "eu-central-1") == "http://127.0.0.1:1"
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:2")
        assert endpoint("lambda", "eu-central-1") == "http://127.0.0.1:2"
        assert endpoint("secretsmanager", "eu-central-1") == "http://127.0.0.1:1"
