"""`make doctor`: looks at a deployed stack with your own credentials, and says what is wrong and how to mend it.

Nothing is written and no secret is printed. Only with --ask are the providers asked, by their own functions.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from tests.deployment.aws import Aws
from tests.deployment.place import place_of
from tests.deployment.provider_secret import Manner
from tests.deployment.report import as_json, as_text, is_sound
from tests.deployment.visit import Visit

_SLACK_API_URL = "https://slack.com/api/"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the findings; returns 0 when nothing is wrong, 1 when something is, 2 for a wrong option."""
    options = _parser().parse_args(arguments)
    try:
        place = place_of(options.env, options.stack, options.region)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    # Both variables are the functions' own, and lead to simulators in local runs.
    is_local = os.environ.get("ALLOW_INSECURE_PROVIDER_URLS") == "true"
    visit = Visit(
        aws=Aws(place.region),
        manner=Manner(place.region, shows_public_keys=options.show_public_keys, is_local=is_local),
        slack_api_url=os.environ.get("SLACK_API_URL", _SLACK_API_URL),
        asks=options.ask,
    )
    checks = visit.checks(place.stack)
    print(as_json(place, checks) if options.format == "json" else as_text(place, checks))
    return 0 if is_sound(checks) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="doctor", description=__doc__)
    parser.add_argument("--env", default="dev", help="whose stack, as in samconfig.toml")
    parser.add_argument("--stack", default="", help="another stack than that of --env")
    parser.add_argument("--region", default="", help="another region than that of --env")
    parser.add_argument("--ask", action="store_true", help="have each provider asked, which proves the keys")
    parser.add_argument("--show-public-keys", action="store_true", help="print our public keys as they are uploaded")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    return parser


if __name__ == "__main__":
    sys.exit(main())
