"""The provider's function, asked whether a pending key works: only its address is on the provider's allow-list."""

from collections.abc import Callable
from dataclasses import dataclass

from balance_core.models import Failure, ProviderAnswer
from balance_core.provider.credentials import FieldKind, read_credentials
from balance_core.provider.protocol import Provider
from balance_core.question import Question
from balance_core.secrets import Secret
from balance_core.strict_json import Node
from tests.deployment.rotation.records import Standing, StepError

# A new alias decides about permissions up to five minutes after it can be seen.
_WAIT_SECONDS, _PAUSE_SECONDS = 360, 10
_NOT_YET = frozenset({"KMS AccessDeniedException", "KMS NotFoundException"})


@dataclass(frozen=True)
class AskedFunction:
    """`ask` puts a question to the function, `say` prints a line, `sleep` waits for so many seconds."""

    provider: Provider
    ask: Callable[[Question], ProviderAnswer]
    say: Callable[[str], None]
    sleep: Callable[[float], None]

    def wait_for_signature(self, account: str) -> None:
        """Until the function has signed with the pending key. Raises StepError after six minutes."""
        said = ""
        for _ in range(_WAIT_SECONDS // _PAUSE_SECONDS):
            failures = self.ask(Question(key="sign", accounts=(account,))).failures
            if not failures:
                return
            said = _said(failures[0])
            if failures[0].provider_code not in _NOT_YET:
                raise StepError(f"the function cannot sign with the new key: {said}")
            self.say("waiting until the function may use the new key ...")
            self.sleep(_PAUSE_SECONDS)
        raise StepError(f"the function cannot sign yet: {said}. Repeat STEP=begin in a few minutes")

    def require_answer(self, standing: Standing) -> None:
        """Raises StepError unless the provider answers one signed question with the pending key."""
        question = Question(key="pending", accounts=(standing.account,), currencies=self._one_currency(standing))
        answer = self.ask(question)
        problems = [each for each in answer.failures if each.is_outage]
        # A currency that the account does not hold is an answer, too, if it came from the provider.
        refused = [each for each in answer.failures if each.provider_code and not each.is_outage]
        if problems or not (answer.reports or refused):
            said = _said(problems[0]) if problems else "it reported nothing"
            raise StepError(
                f"{self.provider.name} did not accept the pending key: {said}. Give it the public key (STEP=begin shows"
                " it), then STEP=test; STEP=abort drops it"
            )

    def _one_currency(self, standing: Standing) -> tuple[str, ...] | None:
        """One currency is one question, where a provider is asked about each of them."""
        if not any(field.kind is FieldKind.CURRENCIES for field in self.provider.fields):
            return None
        accounts = read_credentials(Secret(f"the secret of {self.provider.name}", Node(dict(standing.document))))
        return next(one for one in accounts if one.account == standing.account).currencies()[:1]


def _said(failure: Failure) -> str:
    code = f" ({failure.provider_code})" if failure.provider_code else ""
    return f"{failure.provider} {failure.message}{code}"
