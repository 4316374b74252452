"""The Slack app's manifest asks for no more than the bot uses; `make slack-manifest` fills in the stack's address."""

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from balance_slack.commands import Mistake, parse
from tests.deployment.manifest import MANIFEST, PLACEHOLDER, filled, main

URL = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/slack"
TEXT = MANIFEST.read_text(encoding="utf-8")
# docs.slack.dev, "App manifest reference". Slack refuses a manifest with any other name in it.
FIELDS: Any = {
    "display_information": {"name": str, "description": str, "background_color": str},
    "features": {
        "app_home": {
            "home_tab_enabled": bool,
            "messages_tab_enabled": bool,
            "messages_tab_read_only_enabled": bool,
        },
        "bot_user": {"display_name": str, "always_online": bool},
        "slash_commands": [{"command": str, "url": str, "description": str, "usage_hint": str, "should_escape": bool}],
    },
    "oauth_config": {"scopes": {"bot": [str] * 6, "bot_optional": [str] * 4}},
    "settings": {
        "event_subscriptions": {"request_url": str, "bot_events": [str]},
        "interactivity": {"is_enabled": bool, "request_url": str},
        "org_deploy_enabled": bool,
        "socket_mode_enabled": bool,
        "token_rotation_enabled": bool,
    },
}


@pytest.fixture
def manifest() -> Any:
    return yaml.safe_load(TEXT)


def types_of(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: types_of(member) for name, member in node.items()}
    return [types_of(item) for item in node] if isinstance(node, list) else type(node)


def addresses(node: Any) -> list[str]:
    """Every text in the manifest that is an address."""
    if isinstance(node, dict | list):
        members = node.values() if isinstance(node, dict) else node
        return [found for member in members for found in addresses(member)]
    return [node] if isinstance(node, str) and "://" in node else []


def test_the_manifest_has_slacks_names_types_and_limits(manifest: Any) -> None:
    assert types_of(manifest) == FIELDS
    (command,) = manifest["features"]["slash_commands"]
    assert re.fullmatch(r"#[0-9a-fA-F]{6}", manifest["display_information"]["background_color"])
    assert len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140
    assert len(manifest["features"]["bot_user"]["display_name"]) <= 80
    assert (len(command["description"]) <= 2000, len(command["usage_hint"]) <= 1000) == (True, True)


def test_the_app_has_one_command_and_the_bot_understands_its_hint(manifest: Any) -> None:
    (command,) = manifest["features"]["slash_commands"]
    assert command["command"] == "/balance"
    words = command["usage_hint"].replace("[", "").replace("]", "")
    assert not isinstance(parse(words, {"payermax": "PayerMax"}, "c"), Mistake)
    assert command["should_escape"] is False  # the grammar has no names of people or channels


def test_the_app_sends_only_buttons_and_the_opened_home_tab_and_needs_two_scopes(manifest: Any) -> None:
    settings = manifest["settings"]
    assert settings["interactivity"]["is_enabled"] is True
    assert settings["event_subscriptions"]["bot_events"] == ["app_home_opened"]
    assert manifest["features"]["app_home"] == dict.fromkeys(FIELDS["features"]["app_home"], True)
    optional = ["files:write", "im:write", "channels:history", "groups:history"]
    assert manifest["oauth_config"]["scopes"] == {
        "bot": ["commands", "chat:write", *optional],
        "bot_optional": optional,
    }
    switches = {name: value for name, value in settings.items() if isinstance(value, bool)}
    assert switches == dict.fromkeys(["org_deploy_enabled", "socket_mode_enabled", "token_rotation_enabled"], False)


@pytest.mark.parametrize("url", [URL, "https://api.example.com:8443/slack/v1"])
def test_every_address_is_filled_in_and_nothing_else_changes(manifest: Any, url: str) -> None:
    done = yaml.safe_load(filled(TEXT, url))
    assert addresses(manifest) == [PLACEHOLDER] * 3
    assert addresses(done) == [url] * 3
    assert json.loads(json.dumps(done).replace(url, PLACEHOLDER)) == manifest
    with pytest.raises(ValueError, match="filled it in already"):
        filled(filled(TEXT, url), url)


@pytest.mark.parametrize(
    "url",
    [
        *("http://abc.example/", "abc.example", "https://", "https://user:password@abc.example/", "ftp://abc.example/"),
        *("https://abc.example/?x=1", "https://abc.example/#x", 'https://abc.example/"', " https://abc.example/"),
        "https://abc.example/\nsettings: {}",
    ],
)
def test_only_a_plain_https_address_is_accepted(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--url", url]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "URL must be the https:// address in the stack's output SlackRequestUrl, and nothing else\n"


@pytest.mark.parametrize(("domain", "host"), [("", "api.slack.com"), ("slack-gov.com", "api.slack-gov.com")])
def test_the_link_creates_the_app_of_the_printed_manifest(
    capsys: pytest.CaptureFixture[str], domain: str, host: str
) -> None:
    assert main(["--url", URL, "--domain", domain]) == 0
    out, err = capsys.readouterr()
    address = urlsplit(err.splitlines()[-1])
    query = parse_qs(address.query, strict_parsing=True)
    assert (address.scheme, address.netloc, address.path) == ("https", host, "/apps")
    assert query["new_app"] == ["1"]
    assert json.loads(query["manifest_json"][0]) == yaml.safe_load(out)
    assert out == filled(TEXT, URL)
