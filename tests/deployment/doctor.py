"""`make doctor`: checks a deployed stack with your own AWS credentials, and says what is wrong and how to fix it.

It changes nothing and prints no secret. Only with --ask do the functions ask their providers.
"""

import argparse
import sys
from collections.abc import Sequence

from tests.deployment.aws import Aws
from tests.deployment.diagnosis import Diagnosis
from tests.deployment.report import as_json, as_text, is_sound
from tests.deployment.target import parameters_of, target_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the findings. Returns 0 when nothing is wrong, 1 when something is, 2 for a wrong option."""
    parser = argparse.ArgumentParser(prog="doctor", description=__doc__)
    parser.add_argument("--env", default="dev", help="the environment in samconfig.toml")
    parser.add_argument("--stack", default="", help="another stack than the environment's")
    parser.add_argument("--region", default="", help="another region than the environment's")
    parser.add_argument("--ask", action="store_true", help="ask each provider, which proves the credentials")
    parser.add_argument("--show-public-keys", action="store_true", help="print our public keys, ready to upload")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    options = parser.parse_args(arguments)
    try:
        target = target_of(options.env, options.stack, options.region)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    # Another stack has a configuration of its own.
    lines = {} if options.stack else parameters_of(options.env)
    diagnosis = Diagnosis(
        aws=Aws(target.region),
        samconfig=lines,
        asks=options.ask,
        shows_public_keys=options.show_public_keys,
    )
    checks = diagnosis.checks(target.stack)
    print(as_json(target, checks) if options.format == "json" else as_text(target, checks))
    return 0 if is_sound(checks) else 1


if __name__ == "__main__":
    sys.exit(main())
