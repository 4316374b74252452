"""Renders every difficult answer on every surface and counts what is wrong with it."""

import random
import time
import timeit
from collections.abc import Iterator
from dataclasses import dataclass, field

from balance_core.models import BalanceSummary
from balance_core.question import Question
from balance_slack.access import AccessPolicy, Refusal, Subject
from balance_slack.front.decisions import Decider
from balance_slack.front.payloads import Command
from balance_slack.view.answer import Answer
from balance_slack.view.message import render
from balance_slack.view.texts import outdated_text, refusal_text
from tests.clock import NOW
from tests.rendering.answers import CODES, CORRELATION_ID, HOSTILE, NAMES, answers
from tests.rendering.judge import CHANNEL, CONTACT, dangers, is_outside_code, mrkdwn_dangers, refused, wrong_figures
from tests.rendering.surfaces import Surface, surfaces

_POLICY = AccessPolicy(
    team_ids=frozenset({"T0COMPANY1"}),
    channel_ids=frozenset({CHANNEL[2:-1], "D0123ABCD"}),
    user_ids=frozenset(f"U9LISTED{number:04}" for number in range(200)),
    share_channel_ids=frozenset({"*"}),
)


@dataclass
class Verdict:
    """What is wrong, each with the name of the answer; `messages` is how many messages and views were judged."""

    messages: int = 0
    refused: list[str] = field(default_factory=list)
    dangers: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def try_answers(seed: int, mixed: int, step: int = 1) -> Verdict:
    """Judge every answer on every surface; `mixed` random ones are made from `seed`. See `answers` for `step`."""
    verdict = Verdict()
    for name, summary in answers(random.Random(seed), mixed, step):
        for surface in crowded_surfaces(summary):
            verdict.messages += 1
            verdict.refused += [f"{name}, {surface.name}: {each}" for each in refused(surface)]
            verdict.dangers += [f"{name}, {surface.name}: {each}" for each in dangers(surface)]
            verdict.wrong += [f"{name}, {surface.name}: {each}" for each in wrong_figures(summary, surface)]
    return verdict


def crowded_surfaces(summary: BalanceSummary) -> Iterator[Surface]:
    """Every surface of the answer to a question about every currency, or about the only one that is held."""
    held = {total.currency for total in summary.totals}
    question = Question(currencies=tuple(held if len(held) == 1 else CODES), correlation_id=CORRELATION_ID)
    return surfaces(Answer(summary, question, NAMES, CONTACT), _POLICY)


def try_acknowledgements() -> Verdict:
    """Judge what is said at once to people who type hostile words, or whose ids are hostile."""
    verdict = Verdict()
    for text in _acknowledgements():
        verdict.messages += 1
        verdict.refused += refused(Surface("acknowledgement", text))
        verdict.dangers += [f"{text[:60]}: {each}" for each in mrkdwn_dangers(text)]
        if is_outside_code(text):
            verdict.dangers.append(f"{text[:60]}: outside code style")
    return verdict


def render_ms(summary: BalanceSummary, repeats: int = 5) -> list[float]:
    """The processor time in ms that one answer takes, several times."""
    question = Question(currencies=("USD",), correlation_id=CORRELATION_ID)

    def render_once() -> None:
        render(Answer(summary, question, NAMES), can_share=True)

    return [1000 * seconds for seconds in timeit.repeat(render_once, timer=time.thread_time, repeat=repeats, number=1)]


def _acknowledgements() -> Iterator[str]:
    decider = Decider(_POLICY, NAMES, CONTACT, "9f2c" * 16, "https://hooks.slack.com", NOW)
    for words in (*HOSTILE, " ".join(HOSTILE), " ".join(CODES), "help", "USD " * 20_000):
        if reply := decider.command(Command("/balance", "https://hooks.slack.com/1", words)).reply:
            yield reply
        for subject in Subject:
            yield refusal_text([Refusal(subject, words, "SlackAllowedChannelIds")], CONTACT, [words])
        yield outdated_text(words)
