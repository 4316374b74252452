"""Requests that Slack would not send are refused and start nothing; allowed requests are handled once."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.intake.people import rows, wrong_decisions
from tests.intake.sending import deliver, try_cases, try_people
from tests.local.company import create_company
from tests.local.system import LocalSystem
from tests.trust.report import Section, at_least, count


def measure() -> Section:
    """Send them to the whole running system, over real sockets."""
    with TemporaryDirectory() as folder, LocalSystem(create_company(Path(folder)), logs=Path(folder, "logs")) as system:
        refusals = try_cases(system)
        one_by_one, together = deliver(system, 100, 1), deliver(system, 100, 8)
        decisions = try_people(system)
    tried, wrong = wrong_decisions(rows())
    answered = [deliveries.started.counts for deliveries in (one_by_one, together)]
    keys = sum(counts["idempotency keys"] for counts in answered)
    return Section(
        "Slack intake",
        (
            at_least("malformed, forged, old, too large or wrongly encoded requests", refusals.tried, 45),
            count("not answered with the expected 4xx", len(refusals.wrong), 0),
            count("jobs, messages or writes that they started", refusals.started.total, 0),
            count("messages for a request delivered 100 times in a row", answered[0]["messages"], 1),
            count("messages for a request delivered 100 times by 8 threads", answered[1]["messages"], 1),
            count("idempotency keys written for these 200 deliveries", keys, 2),
            count("deliveries not acknowledged", 200 - one_by_one.statuses[200] - together.statuses[200], 0),
            at_least("rows of the truth table of who may ask", tried, 50_000),
            count("wrong decisions in it", len(wrong), 0),
            at_least("people and channels tried on the running system", decisions.asked, 45),
            count("wrong decisions there", len(decisions.wrong), 0),
        ),
    )
