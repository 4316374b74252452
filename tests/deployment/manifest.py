"""`make slack-manifest`: the Slack app's manifest with the stack's address in it, and a link that creates the app.

Whoever opens the link chooses a workspace, sees what the app may do, and creates it: Slack's documentation,
"Configuring apps with app manifests": https://docs.slack.dev/app-manifests/configuring-apps-with-app-manifests
"""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from urllib.parse import quote

import yaml

from tests.deployment.aws import Aws
from tests.deployment.check import NotGatheredError
from tests.deployment.place import PROJECT, place_of

MANIFEST = PROJECT / "functions" / "slack" / "manifest.yaml"
PLACEHOLDER = "https://replace-with-SlackRequestUrl.example/"
OUTPUT = "SlackRequestUrl"
_NEW_APP = "https://api.slack.com/apps?new_app=1&manifest_json="
# What a function URL, an API Gateway or a load balancer can be, and what needs no quoting in YAML.
_URL = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?")


def filled(manifest: str, url: str) -> str:
    """The manifest with `url` in every place that waits for it, without the comment on its top that says so.

    Raises ValueError for anything but an https address, and for a manifest in which nothing waits.
    """
    if not _URL.fullmatch(url):
        raise ValueError(f"URL must be the https:// address in the stack's output {OUTPUT}, and nothing else")
    if PLACEHOLDER not in manifest:
        raise ValueError(f"the manifest has no {PLACEHOLDER} to replace: it was filled in already")
    lines = manifest.replace(PLACEHOLDER, url).splitlines(keepends=True)
    while lines[0].startswith("#"):
        del lines[0]
    return "".join(lines)


def link(manifest: str) -> str:
    """The address at which Slack offers to create the app of this filled manifest."""
    return _NEW_APP + quote(json.dumps(yaml.safe_load(manifest), separators=(",", ":")), safe="")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the manifest to stdout and the link to stderr; returns 0, or 2 with a sentence on stderr."""
    options = _parser().parse_args(arguments)
    try:
        url = options.url or _deployed_url(options)
        manifest = filled(MANIFEST.read_text(encoding="utf-8"), url)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(manifest, end="", flush=True)
    print(
        f"\nPaste the text above at https://api.slack.com/apps, or open this link:\n\n{link(manifest)}", file=sys.stderr
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="slack-manifest", description=__doc__)
    parser.add_argument(
        "--url", default="", help=f"the stack's output {OUTPUT}; read from the stack when it is left out"
    )
    parser.add_argument("--env", default="dev", help="whose stack, as in samconfig.toml")
    parser.add_argument("--stack", default="", help="another stack than that of --env")
    parser.add_argument("--region", default="", help="another region than that of --env")
    return parser


def _deployed_url(options: argparse.Namespace) -> str:
    place = place_of(options.env, options.stack, options.region)
    try:
        outputs = Aws(place.region).stack(place.stack).outputs
    except NotGatheredError as exc:
        raise ValueError(
            f"URL is missing, and the stack could not be read: {exc.check.finding}. Give it: URL=https://..., the"
            f" output {OUTPUT} that `make deploy` prints"
        ) from exc
    if OUTPUT not in outputs:
        raise ValueError(f"URL is missing, and the stack {place.stack} has no output {OUTPUT}: deploy it again")
    return outputs[OUTPUT]


if __name__ == "__main__":
    sys.exit(main())
