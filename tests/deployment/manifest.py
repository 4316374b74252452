"""`make slack-manifest`: the Slack app's manifest with the stack's address filled in, and a link that creates the app.

At the link, Slack lets you choose a workspace, shows what the app may do, and creates it. Source:
https://docs.slack.dev/app-manifests/configuring-apps-with-app-manifests
"""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from urllib.parse import quote

import yaml

from balance_slack.settings import GOV_SLACK, SLACK, SlackAddresses
from tests.deployment.aws import Aws
from tests.deployment.check import CheckError
from tests.deployment.stack import Stack
from tests.deployment.target import Target, target_of
from tests.local.paths import PROJECT

MANIFEST = PROJECT / "functions" / "slack" / "manifest.yaml"
PLACEHOLDER = "https://replace-with-SlackRequestUrl.example/"
URL_OUTPUT = "SlackRequestUrl"
# An HTTP API or your own domain; nothing that would need quoting in YAML.
_URL = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?")


def filled(manifest: str, url: str) -> str:
    """The manifest with `url` in place of every placeholder, without the comment at its top.

    Raises ValueError if `url` is not an https address, or if the manifest has no placeholder.
    """
    if not _URL.fullmatch(url):
        raise ValueError(f"URL must be the https:// address in the stack's output {URL_OUTPUT}, and nothing else")
    if PLACEHOLDER not in manifest:
        raise ValueError(f"the manifest has no {PLACEHOLDER} to replace: somebody filled it in already")
    lines = manifest.replace(PLACEHOLDER, url).splitlines(keepends=True)
    while lines[0].startswith("#"):
        del lines[0]
    return "".join(lines)


def link(manifest: str, apps_url: str) -> str:
    """The address at which Slack offers to create the app of this filled manifest."""
    compact = json.dumps(yaml.safe_load(manifest), separators=(",", ":"))
    return f"{apps_url}?new_app=1&manifest_json={quote(compact, safe='')}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the manifest to stdout and the link to stderr. Returns 0, or 2 after a message on stderr."""
    parser = argparse.ArgumentParser(prog="slack-manifest", description=__doc__)
    parser.add_argument("--url", default="", help=f"the stack's output {URL_OUTPUT}; by default read from the stack")
    domains = ["", SLACK, GOV_SLACK]
    parser.add_argument("--domain", default="", choices=domains, help="with --url; otherwise the stack's SlackDomain")
    parser.add_argument("--env", default="dev", help="the environment in samconfig.toml")
    parser.add_argument("--stack", default="", help="another stack than the environment's")
    parser.add_argument("--region", default="", help="another region than the environment's")
    options = parser.parse_args(arguments)
    try:
        url, apps_url = options.url, SlackAddresses.of(options.domain or SLACK).apps_url
        if not url:
            stack = _deployed_stack(target_of(options.env, options.stack, options.region))
            url, apps_url = stack.outputs[URL_OUTPUT], stack.slack.apps_url
        manifest = filled(MANIFEST.read_text(encoding="utf-8"), url)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(manifest, end="", flush=True)
    address = link(manifest, apps_url)
    print(f"\nPaste the text above at {apps_url}, or open this link:\n\n{address}", file=sys.stderr)
    return 0


def _deployed_stack(target: Target) -> Stack:
    try:
        stack = Aws(target.region).stack(target.stack)
    except CheckError as exc:
        raise ValueError(
            f"URL is missing, and the stack could not be read: {exc.check.finding}. Pass it: URL=https://..., the"
            f" output {URL_OUTPUT} that `make deploy` prints"
        ) from exc
    if URL_OUTPUT not in stack.outputs:
        raise ValueError(f"URL is missing, and the stack {target.stack} has no output {URL_OUTPUT}: deploy it again")
    return stack


if __name__ == "__main__":
    sys.exit(main())
