"""Twenty people at once; `make trust` has 200."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from tests.end_to_end.crowd import CROWD_PARAMETERS, rich_company, type_at_once
from tests.end_to_end.questions import ask
from tests.local.system import LocalSystem

PEOPLE = 20


def test_everybody_gets_their_own_answer_and_gets_it_once(keys: Path, tmp_path: Path) -> None:
    with LocalSystem(rich_company(keys), parameters=CROWD_PARAMETERS, logs=tmp_path, most_environments=2) as system:
        # The first answer, for which every function starts, takes what the machine takes.
        ask(system, {})
        system.settle()
        told = type_at_once(system, PEOPLE, at_once=8)
        assert len({(each.currency, each.providers) for each in told}) == PEOPLE
        assert [each for each in told if not each.is_right] == []
        assert len(system.company.slack.messages) == PEOPLE
        assert not system.failed_events()
    strangers = [replace(mine, messages=theirs.messages) for mine, theirs in pairwise(told)]
    assert not any(each.is_right for each in strangers)
