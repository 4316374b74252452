"""The TypeScript that `make check` gives to `tsc`."""

import json
import re
from pathlib import Path

from tests.slack_types.corpus import Sent, everything
from tests.slack_types.typescript import source_of

ROOT = Path(__file__).parents[2]
TEXT = {"type": "mrkdwn", "text": "A"}


def test_each_shape_is_written_once_and_then_with_every_property_misspelt() -> None:
    corpus = [Sent("Home", name, [{"type": "section", "text": TEXT}, {"type": "rule"}]) for name in ("a", "b")]
    assert source_of(corpus).splitlines()[2:] == [
        "// a",
        'export const right0: Home = [{"type": "section", "text": {"type": "mrkdwn", "text": "A"}}, {"type": "rule"}];',
        "// @ts-expect-error",
        'export const wrong0: Home = [{"text": {"type": "mrkdwn", "text": "\\u2026"}, "typex": "section"}];',
        "// @ts-expect-error",
        'export const wrong1: Home = [{"type": "section", "textx": {"type": "mrkdwn", "text": "\\u2026"}}];',
        "// @ts-expect-error",
        'export const wrong2: Home = [{"type": "section", "text": {"text": "\\u2026", "typex": "mrkdwn"}}];',
        "// @ts-expect-error",
        'export const wrong3: Home = [{"type": "section", "text": {"type": "mrkdwn", "textx": "\\u2026"}}];',
        "// @ts-expect-error",
        'export const wrong4: Home = [{"typex": "rule"}];',
    ]


def test_every_type_in_the_code_is_in_the_corpus() -> None:
    sources = (ROOT / "functions/slack/balance_slack/view").glob("*.py")
    written = {word for source in sources for word in re.findall(r'"type": "(\w+)"', source.read_text("utf-8"))}
    assert written
    assert written == {each for sent in everything(mixed=0) for each in _types(sent.value)}


def test_the_lock_file_holds_exact_versions_and_no_address_of_a_registry() -> None:
    folder = Path(__file__).parent
    wanted = json.loads((folder / "package.json").read_text("utf-8"))["dependencies"]
    lock = (folder / "package-lock.json").read_text("utf-8")
    packages = {name.removeprefix("node_modules/"): each for name, each in json.loads(lock)["packages"].items() if name}
    assert {name: each["version"] for name, each in packages.items()} == wanted
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
    assert "://" not in lock


def _types(value: object) -> set[str]:
    if isinstance(value, dict):
        own = {value["type"]} if "type" in value else set()
        return own.union(*map(_types, value.values()))
    return set().union(*map(_types, value)) if isinstance(value, list | tuple) else set()
