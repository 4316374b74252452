"""The rules of the watch as they are now, for the surfaces that show them."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future

from balance_core.contract import ContractError
from balance_slack.reporter.background import Wait, result_in_time, start
from balance_slack.reporter.watch import WatchError, WatchFunction
from balance_slack.view.watched import Watched


class WatchedRules:
    """`names` are the providers' display names."""

    def __init__(self, watch: WatchFunction, names: Mapping[str, str], wait: Wait) -> None:
        self._watch = watch
        self._names = names
        self._wait = wait

    def read(self) -> Sequence[Watched]:
        """Every rule that was not removed, worst first. Raises WatchError."""
        found = self._watch.rules()
        try:
            return [Watched.of(each, self._names) for each in found.rules]
        except ContractError as exc:
            raise WatchError(str(exc)) from exc

    def begin(self) -> "Future[Sequence[Watched]]":
        """Begin to read them beside something else."""
        return start(self.read)

    def in_time(self, begun: "Future[Sequence[Watched]]", timeout_seconds: float) -> Sequence[Watched] | None:
        """The rules; None, logged and counted, if the watch gives no answer within that time."""
        read = result_in_time(begun, self._wait, timeout_seconds, "the state of the rules", "the watch")
        return read[0] if read else None
