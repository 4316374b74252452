"""200 slash commands at once through the whole local system: whose answer goes where."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.end_to_end.crowd import CROWD_PARAMETERS, Told, rich_company, type_at_once
from tests.local.system import WORKSPACE, LocalSystem
from tests.trust.report import Figure, Section, count

_COMMANDS = 200
_AT_ONCE = 16
# Of each of the six functions; more processes would only wait for the processor.
_ENVIRONMENTS = 4


def measure() -> Section:
    """Type them and look at every acknowledgement and every message."""
    with TemporaryDirectory() as logs:
        company = rich_company(WORKSPACE / "keys")
        system = LocalSystem(company, parameters=CROWD_PARAMETERS, logs=Path(logs), most_environments=_ENVIRONMENTS)
        with system:
            told = type_at_once(system, _COMMANDS, _AT_ONCE)
            given_up = len(system.failed_events())
        return Section("Load: concurrent slash commands", _figures(told, len(company.slack.messages), given_up))


def _figures(told: list[Told], messages: int, given_up: int) -> tuple[Figure, ...]:
    mixed_up = sum(len(each.messages) == 1 and not each.is_right for each in told)
    return (
        count(
            "commands answered once, rightly and to the person who asked",
            sum(each.is_right for each in told),
            _COMMANDS,
        ),
        count("different questions among them", len({(each.currency, each.providers) for each in told}), _COMMANDS),
        count("answers mixed up with another's or wrong", mixed_up, 0),
        count("commands without an answer", sum(not each.messages for each in told), 0),
        count("commands answered twice", sum(len(each.messages) > 1 for each in told), 0),
        count("messages to anywhere else", messages - sum(len(each.messages) for each in told), 0),
        count("events given up", given_up, 0),
    )
