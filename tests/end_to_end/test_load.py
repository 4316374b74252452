"""Twenty people at once; `make trust` tries two hundred."""

from pathlib import Path

from tests.end_to_end.many_people import MANY_PEOPLE_PARAMETERS, rich_company, type_at_once
from tests.end_to_end.questions import ask
from tests.local.system import LocalSystem

PEOPLE = 20


def test_twenty_people_at_once_each_get_their_own_answer_once(keys: Path, tmp_path: Path) -> None:
    with LocalSystem(
        rich_company(keys), parameters=MANY_PEOPLE_PARAMETERS, logs=tmp_path, most_environments=2
    ) as system:
        # Start every function: on a busy machine the first answer may come too late.
        ask(system, {})
        system.settle()
        told = type_at_once(system, PEOPLE, at_once=8)
        assert len({(each.currency, each.providers) for each in told}) == PEOPLE
        assert [each for each in told if not each.is_right] == []
        assert not system.failed_events()
