"""The Slack app's manifest: what Slack would refuse, and that it asks for no more than the bot uses."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from balance_slack.commands import Mistake, parse

PATH = Path(__file__).parents[2] / "functions" / "slack" / "manifest.yaml"


# docs.slack.dev, "App manifest reference". Slack refuses a manifest with any other name in it.
FIELDS = {
    "display_information": {"name": str, "description": str, "background_color": str},
    "features": {
        "app_home": {"home_tab_enabled": bool, "messages_tab_enabled": bool},
        "bot_user": {"display_name": str, "always_online": bool},
        "slash_commands": [{"command": str, "url": str, "description": str, "usage_hint": str, "should_escape": bool}],
    },
    "oauth_config": {"scopes": {"bot": [str, str]}},
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
    return yaml.safe_load(PATH.read_text(encoding="utf-8"))


def test_offers_one_command_whose_hint_is_understood(manifest: Any) -> None:
    (command,) = manifest["features"]["slash_commands"]
    assert command["command"] == "/balance"
    words = command["usage_hint"].replace("[", "").replace("]", "")
    assert not isinstance(parse(words, {"payermax": "PayerMax"}), Mistake)
    # Escaped text would hold <@U...> for a name; the grammar knows no names of people.
    assert command["should_escape"] is False


def test_leads_nowhere_until_the_url_is_filled_in_everywhere(manifest: Any) -> None:
    (command,) = manifest["features"]["slash_commands"]
    settings = manifest["settings"]
    urls = [command["url"], settings["interactivity"]["request_url"], settings["event_subscriptions"]["request_url"]]
    assert urls == ["https://replace-with-SlackRequestUrl.example/"] * 3
    lines = [line for line in PATH.read_text(encoding="utf-8").splitlines() if "url:" in line]
    assert [line.split("url: ")[1] for line in lines] == urls


def test_sends_presses_and_the_opened_home_tab_and_nothing_else(manifest: Any) -> None:
    assert manifest["settings"]["interactivity"]["is_enabled"] is True
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == ["app_home_opened"]
    # Nobody reads what people would write to the bot.
    assert manifest["features"]["app_home"] == {"home_tab_enabled": True, "messages_tab_enabled": False}


def test_asks_for_two_scopes_and_nothing_else(manifest: Any) -> None:
    assert manifest["oauth_config"]["scopes"] == {"bot": ["commands", "chat:write"]}
    switches = {name: value for name, value in manifest["settings"].items() if isinstance(value, bool)}
    assert switches == dict.fromkeys(["org_deploy_enabled", "socket_mode_enabled", "token_rotation_enabled"], False)


def types_of(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: types_of(member) for name, member in node.items()}
    return [types_of(item) for item in node] if isinstance(node, list) else type(node)


def test_has_slacks_names_and_types(manifest: Any) -> None:
    assert types_of(manifest) == FIELDS


def test_is_within_slacks_limits(manifest: Any) -> None:
    # docs.slack.dev, "App manifest reference".
    (command,) = manifest["features"]["slash_commands"]
    assert re.fullmatch(r"#[0-9a-fA-F]{6}", manifest["display_information"]["background_color"])
    assert len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140
    assert len(manifest["features"]["bot_user"]["display_name"]) <= 80
    assert len(command["command"]) <= 32
    assert len(command["description"]) <= 2000
    assert len(command["usage_hint"]) <= 1000
