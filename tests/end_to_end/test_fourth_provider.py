"""The README's recipe for another provider, followed on a copy of the template, and it answers."""

import json
from dataclasses import replace
from pathlib import Path

from tests.end_to_end.questions import ask, available, type_command
from tests.infrastructure.fourth_provider import NAME, with_fourth_provider
from tests.local.aws.stack import STACK_NAME
from tests.local.company import found_company
from tests.local.simulators.exchange import Answer, ReceivedRequest, json_answer
from tests.local.simulators.faults import Fault
from tests.local.simulators.server import SimulatorServer
from tests.local.system import PROJECT, LocalSystem

MOCKPAY = PROJECT / "tests" / "fixtures" / "mockpay"


class MockPaySimulator(SimulatorServer):
    """Every merchant holds 12.34 USD."""

    def answer(self, request: ReceivedRequest, fault: Fault | None) -> Answer:
        assert json.loads(request.body)["merchant"] == "M1"
        return json_answer(b'{"currency":"USD","amount":"12.34"}')


def _copy_of_the_project(folder: Path) -> Path:
    """The template with the fourth provider, and links to everything that stays as it is."""
    template = (PROJECT / "template.yaml").read_text(encoding="utf-8")
    (folder / "template.yaml").write_text(with_fourth_provider(template), encoding="utf-8")
    (folder / "layers").symlink_to(PROJECT / "layers")
    (folder / "functions").mkdir()
    for function in (PROJECT / "functions").iterdir():
        (folder / "functions" / function.name).symlink_to(function)
    (folder / "functions" / NAME).symlink_to(MOCKPAY)
    return folder


def test_a_fourth_provider_answers(tmp_path: Path, keys: Path) -> None:
    company = found_company(keys)
    simulator = MockPaySimulator()
    secret = {"accounts": {"main": {"base_url": simulator.url, "merchant": "M1"}}}
    company = replace(
        company,
        providers={**company.providers, NAME: simulator},
        secrets={**company.secrets, f"{STACK_NAME}/{NAME}": json.dumps(secret)},
    )
    logs = tmp_path / "logs"
    (tmp_path / "project").mkdir()
    with LocalSystem(company, project=_copy_of_the_project(tmp_path / "project"), logs=logs) as system:
        assert available(ask(system, {"currencies": ["USD"]}))[NAME, "USD"] == "12.34"
        told = type_command(system, "USD mockpay")
        assert told.at_once["text"].startswith("Asking MockPay about USD…")
        assert told.lines[0] == "USD 12.34 available · — pending · — frozen"
        assert "MockPay" in told.shown
