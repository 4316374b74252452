"""`make slack-manifest`: every place of the manifest gets the address, and the link holds the same app."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from tests.deployment.manifest import MANIFEST, PLACEHOLDER, filled, link, main

URL = "https://abcdefghijklmnop.lambda-url.eu-central-1.on.aws/"
TEXT = MANIFEST.read_text(encoding="utf-8")


def addresses(node: Any) -> list[str]:
    """Every text in the manifest that is an address."""
    if isinstance(node, dict):
        return [found for value in node.values() for found in addresses(value)]
    if isinstance(node, list):
        return [found for value in node for found in addresses(value)]
    return [node] if isinstance(node, str) and "://" in node else []


def test_every_address_is_the_stacks_and_nothing_else_changes() -> None:
    waiting = yaml.safe_load(TEXT)
    done = yaml.safe_load(filled(TEXT, URL))
    assert set(addresses(waiting)) == {PLACEHOLDER}
    assert addresses(done) == [URL] * len(addresses(waiting))
    assert json.loads(json.dumps(done).replace(URL, PLACEHOLDER)) == waiting


def test_several_places_are_filled_in() -> None:
    text = f"# a comment\n# another\na: {PLACEHOLDER}\nb:\n  # stays\n  c: {PLACEHOLDER}\n"
    assert filled(text, URL) == f"a: {URL}\nb:\n  # stays\n  c: {URL}\n"


@pytest.mark.parametrize(
    "url",
    [
        "http://abc.example/",
        "abc.example",
        "https://",
        "https://user:password@abc.example/",
        "https://abc.example/?x=1",
        "https://abc.example/#x",
        'https://abc.example/"',
        "https://abc.example/\nsettings: {}",
        " https://abc.example/",
        "ftp://abc.example/",
    ],
)
def test_anything_but_a_plain_https_address_is_refused(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="URL must be the https:// address"):
        filled(TEXT, url)
    assert main(["--url", url]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "URL must be the https:// address in the stack's output SlackRequestUrl, and nothing else\n"


@pytest.mark.parametrize("url", [URL, "https://api.example.com:8443/slack/v1", "https://abc.example"])
def test_addresses_behind_which_a_front_can_stand(url: str) -> None:
    assert set(addresses(yaml.safe_load(filled(TEXT, url)))) == {url}


def test_a_manifest_that_was_filled_in_is_refused() -> None:
    with pytest.raises(ValueError, match="was filled in already"):
        filled(filled(TEXT, URL), URL)


def test_the_link_creates_the_app_of_the_printed_manifest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--url", URL]) == 0
    out, err = capsys.readouterr()
    address = urlsplit(err.splitlines()[-1])
    query = parse_qs(address.query, strict_parsing=True)
    assert (address.scheme, address.netloc, address.path) == ("https", "api.slack.com", "/apps")
    assert query["new_app"] == ["1"]
    assert json.loads(query["manifest_json"][0]) == yaml.safe_load(out)
    assert out == filled(TEXT, URL)
    assert err.splitlines()[-1] == link(out)


def test_without_a_url_it_says_where_one_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    assert main([]) == 2
    assert capsys.readouterr().err == (
        "URL is missing, and the stack could not be read: AWS could not be asked (NoCredentialsError)."
        " Give it: URL=https://..., the output SlackRequestUrl that `make deploy` prints\n"
    )
