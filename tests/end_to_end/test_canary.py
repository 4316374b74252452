"""No key, token, signature, address or amount leaves the functions where it must not: a short run of `make trust`."""

from pathlib import Path

import pytest

from tests.canary.company import found_canary_company
from tests.canary.evidence import IN_FORCED_LOGS, Place, leaks, nameless_base64
from tests.canary.planted import planted_leaks
from tests.canary.runs import canary_system
from tests.canary.search import Kind, Search
from tests.local.simulators.faults import FaultName


@pytest.mark.parametrize("forced", [False, True], ids=["as-deployed", "libraries-forced-to-debug"])
def test_no_canary_gets_out(keys: Path, tmp_path: Path, forced: bool) -> None:
    with canary_system(found_canary_company(keys), tmp_path / "logs", forced=forced, kms=True) as system:
        system.use_as_intended()
        system.make_mistakes()
        system.fail_at_providers(FaultName.LIE)
        system.fail_at_slack(FaultName.FAIL)
        outcome = system.outcome()
    assert sum("KmsSignatures" in piece.text for piece in outcome.pieces if piece.place is Place.LOG) >= 1
    search = Search(outcome.canaries)
    ignored = IN_FORCED_LOGS if forced else frozenset[Kind]()
    assert leaks(outcome.pieces, search, ignored) == []
    assert nameless_base64(outcome.pieces) == []
    assert {piece.place for piece in outcome.pieces} == set(Place)
    # What is kept is compressed, and searched all the same.
    assert any(search.find(piece.text) for piece in outcome.pieces if piece.place is Place.KEPT)
    if not forced:
        planted, found = planted_leaks(outcome, search)
        assert planted > 1000
        assert found == planted
