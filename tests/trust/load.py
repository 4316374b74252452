"""200 slash commands at once through the whole local system: does every answer go to the person who asked?"""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.end_to_end.many_people import MANY_PEOPLE_PARAMETERS, rich_company, type_at_once
from tests.local.paths import WORKSPACE
from tests.local.system import LocalSystem
from tests.trust.report import Section, count

_COMMANDS = 200
_AT_ONCE = 16
# For each of the six functions; more processes would only wait for the processor.
_ENVIRONMENTS = 4


def measure() -> Section:
    """Type them, and check every acknowledgement and every message."""
    company, parameters = rich_company(WORKSPACE / "keys"), MANY_PEOPLE_PARAMETERS
    with (
        TemporaryDirectory() as logs,
        LocalSystem(company, parameters=parameters, logs=Path(logs), most_environments=_ENVIRONMENTS) as system,
    ):
        told = type_at_once(system, _COMMANDS, _AT_ONCE)
        failed = len(system.failed_events())
    right = sum(each.is_right for each in told)
    wrong = sum(len(each.messages) == 1 and not each.is_right for each in told)
    elsewhere = len(company.slack.messages) - sum(len(each.messages) for each in told)
    return Section(
        "Load: concurrent slash commands",
        (
            count("commands answered once, correctly, to the person who asked", right, _COMMANDS),
            count("different questions among them", len({(each.currency, each.providers) for each in told}), _COMMANDS),
            count("wrong answers, or another person's", wrong, 0),
            count("commands without an answer", sum(not each.messages for each in told), 0),
            count("commands answered twice", sum(len(each.messages) > 1 for each in told), 0),
            count("messages to anywhere else", elsewhere, 0),
            count("events in the failure queue", failed, 0),
        ),
    )
