"""Slack intake: what Slack would not send is refused and starts nothing; what it sends is done once, if allowed."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.intake.asking import deliver, try_cases, try_people
from tests.intake.people import rows, wrong_decisions
from tests.local.company import found_company
from tests.local.system import LocalSystem
from tests.trust.report import Section, at_least, count


def measure() -> Section:
    """Try it on the whole running system, over real sockets."""
    with TemporaryDirectory() as folder, LocalSystem(found_company(Path(folder)), logs=Path(folder, "logs")) as system:
        refusals = try_cases(system)
        one_by_one, together = deliver(system, 100, 1), deliver(system, 100, 8)
        decisions = try_people(system)
    tried, wrong = wrong_decisions(rows())
    answered = [deliveries.started.counts for deliveries in (one_by_one, together)]
    return Section(
        "Slack intake",
        (
            at_least("malformed, forged, stale, oversized, mis-encoded requests", refusals.tried, 45),
            count("answered with anything but the expected 4xx", len(refusals.wrong), 0),
            count("things that they started", refusals.started.total, 0),
            count("messages for a request delivered 100 times in a row", answered[0]["messages"], 1),
            count("messages for a request delivered 100 times by 8 threads", answered[1]["messages"], 1),
            count("claims for these 200 deliveries", sum(counts["claims"] for counts in answered), 2),
            count("deliveries not acknowledged", 200 - one_by_one.statuses[200] - together.statuses[200], 0),
            at_least("rows of the truth table of who may ask", tried, 50_000),
            count("wrong decisions in it", len(wrong), 0),
            at_least("people and channels tried on the running system", decisions.asked, 45),
            count("let in or kept out wrongly there", len(decisions.wrong), 0),
        ),
    )
