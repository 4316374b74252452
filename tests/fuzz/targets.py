"""Every target by its name, which is also the name of its folder of seeds."""

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.fuzz.documents import contract, question, request, wire
from tests.fuzz.interactions import button, home
from tests.fuzz.provider_answers import pagsmile, payby, payermax
from tests.fuzz.slack_input import commands, guard, mrkdwn

CORPUS = Path(__file__).parent / "corpus"
TARGETS: Mapping[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (
        pagsmile,
        payby,
        payermax,
        wire,
        contract,
        question,
        request,
        guard,
        commands,
        button,
        home,
        mrkdwn,
    )
}
