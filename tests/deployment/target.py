"""Which stack is meant and in which region: the one that `make deploy ENV=...` deploys, unless it is named."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.local.paths import PROJECT


@dataclass(frozen=True, slots=True)
class Target:
    """A stack's name and its region."""

    stack: str
    region: str


def target_of(env: str, stack: str = "", region: str = "", samconfig: Path = PROJECT / "samconfig.toml") -> Target:
    """The stack and region that `samconfig` gives for `env`; `stack` and `region` override them when not empty.

    Raises ValueError, which lists the environments, for an unknown one.
    """
    with samconfig.open("rb") as file:
        sections = tomllib.load(file)
    settings = {
        name: section["deploy"]["parameters"]
        for name, section in sections.items()
        if isinstance(section, dict) and "deploy" in section
    }
    if env not in settings:
        raise ValueError(f"ENV must be one of {', '.join(settings)}, as in samconfig.toml")
    return Target(stack or settings[env]["stack_name"], region or settings[env]["region"])


def put_secret(name: str, region: str) -> str:
    """The command that stores a secret's value from a file, which keeps it out of the shell's history."""
    file = name.rpartition("/")[2]
    return (
        f"aws secretsmanager put-secret-value --region {region} --secret-id {name} --secret-string file://{file}.json"
    )
