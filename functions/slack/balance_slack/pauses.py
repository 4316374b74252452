"""How often one person may have the providers asked by pressing or opening something: a claim that runs out."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from balance_slack.claims import Claims
from balance_slack.job import Job, JobKind

# Refresh on a message and on the Home tab share one pause, and Share has its own: to refresh and share at once is
# sensible. Who opens the tab within the minute still sees the balances.
_PAUSES: Mapping[JobKind, tuple[str, timedelta]] = {
    JobKind.REFRESH: ("refresh", timedelta(seconds=10)),
    JobKind.HOME_REFRESH: ("refresh", timedelta(seconds=10)),
    JobKind.SHARE: ("share", timedelta(seconds=10)),
    JobKind.HOME: ("home", timedelta(seconds=60)),
}


def wait_seconds(job: Job, claims: Claims, request_id: str, now: datetime) -> int:
    """0 when the job may be done, and the pause begins; else how long it lasts yet. Lambda's retry need not wait.

    Raises what Claims raises.
    """
    if job.kind not in _PAUSES:
        return 0
    name, length = _PAUSES[job.kind]
    return claims.wait_seconds(f"{name}/{job.team_id}/{job.user_id}", request_id, length, now)
