"""Every target by name. Its seeds are in the folder of the same name."""

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.fuzz.documents import contract, question, request, strict_json
from tests.fuzz.interactions import payload
from tests.fuzz.provider_answers import pagsmile, payby, payermax
from tests.fuzz.slack_input import commands, guard, mrkdwn

CORPUS = Path(__file__).parent / "corpus"
_ANSWERS = (pagsmile, payby, payermax, strict_json, contract)
_REQUESTS = (question, request, guard, payload, commands, mrkdwn)
TARGETS: Mapping[str, Callable[[bytes], None]] = {each.__name__: each for each in (*_ANSWERS, *_REQUESTS)}
