"""Which stack is meant and in which region: the one that `make deploy ENV=...` deploys, unless it is named.

`python -m tests.deployment.target ENV` says what is wrong with an environment, with the standard library alone.
"""

import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.local.paths import PROJECT

_SAMCONFIG = PROJECT / "samconfig.toml"


@dataclass(frozen=True, slots=True)
class Target:
    """A stack's name and its region."""

    stack: str
    region: str


def target_of(env: str, stack: str = "", region: str = "", samconfig: Path = _SAMCONFIG) -> Target:
    """The stack and region that `samconfig` gives for `env`; `stack` and `region` override them when not empty.

    Raises ValueError for an unknown environment, which lists those that there are, and for a missing setting.
    """
    settings = _settings(env, samconfig)
    found = {"stack_name": stack or settings.get("stack_name", ""), "region": region or settings.get("region", "")}
    if missing := [name for name, value in found.items() if not value]:
        raise ValueError(f"there is no {missing[0]} in samconfig.toml under [{env}.deploy.parameters]")
    return Target(str(found["stack_name"]), str(found["region"]))


def parameters_of(env: str, samconfig: Path = _SAMCONFIG) -> Mapping[str, str]:
    """The template's parameters that have a line in `samconfig` for `env`. Raises ValueError like `target_of`."""
    return {name: str(value) for name, value in _settings(env, samconfig).get("parameter_overrides", {}).items()}


def put_secret(name: str, region: str) -> str:
    """The command that stores a secret's value from a file, which keeps it out of the shell's history."""
    file = name.rpartition("/")[2]
    return (
        f"aws secretsmanager put-secret-value --region {region} --secret-id {name} --secret-string file://{file}.json"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 for an environment that can be deployed, or 2 after one sentence on stderr."""
    (env,) = sys.argv[1:] if arguments is None else arguments
    try:
        target_of(env)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _settings(env: str, samconfig: Path) -> Mapping[str, Any]:
    """What `sam deploy --config-env` reads: the section `global`, and above it `deploy`."""
    with samconfig.open("rb") as file:
        sections = tomllib.load(file)
    known = [name for name, section in sections.items() if isinstance(section, dict) and "deploy" in section]
    if env not in known:
        raise ValueError(f"ENV must be one of {', '.join(known)}, as in samconfig.toml")
    both = (sections[env].get(command, {}).get("parameters", {}) for command in ("global", "deploy"))
    return {name: value for settings in both for name, value in settings.items()}


if __name__ == "__main__":
    sys.exit(main())
