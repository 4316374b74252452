"""Renders every difficult answer in all its faces and counts what is wrong with them."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from balance_slack.access import Refused
from balance_slack.blocks import render
from balance_slack.commands import Ask, HelpWanted, Mistake, parse
from balance_slack.replies import asking_text, help_text, mistake_text, refusal_text
from tests.rendering.answers import CODES, CORRELATION_ID, HOSTILE, NAMES, answers, many_balances
from tests.rendering.faces import CONTACT, Face, faces
from tests.rendering.judge import dangers, refused, text_dangers, uncoded, unstated


@dataclass
class Verdict:
    """What is wrong, each with the name of the answer; `messages` is how many messages and views were judged."""

    messages: int = 0
    refused: list[str] = field(default_factory=list)
    dangers: list[str] = field(default_factory=list)
    unstated: list[str] = field(default_factory=list)


def try_answers(seed: int, mixed: int, step: int = 1) -> Verdict:
    """Judge every answer in every face; `mixed` of them are put together at random from `seed`. See `answers`."""
    verdict = Verdict()
    for name, summary in answers(random.Random(seed), mixed, step):
        for face in faces(summary):
            verdict.messages += 1
            verdict.refused += [f"{name}, {face.name}: {each}" for each in refused(face)]
            verdict.dangers += [f"{name}, {face.name}: {each}" for each in dangers(face)]
            if face.shows_accounts and (left := unstated(summary, face.blocks)):
                verdict.unstated.append(f"{name}, {face.name}: {left}")
    return verdict


def try_acknowledgements() -> Verdict:
    """Judge what is said at once to people who type hostile words, or whose ids are hostile."""
    verdict = Verdict()
    for text in _acknowledgements():
        verdict.messages += 1
        verdict.refused += refused(Face("acknowledgement", text))
        verdict.dangers += [f"{text[:60]}: {each}" for each in text_dangers(text)]
        if uncoded(text):
            verdict.dangers.append(f"{text[:60]}: outside code style")
    return verdict


def render_ms(accounts: int) -> float:
    """What one answer with so many accounts at three providers takes of a processor, in ms: the best of five.

    Nothing is waited for, and what else the machine does takes no time of this thread.
    """
    summary = many_balances(accounts, 3)
    times_ms = []
    for _ in range(5):
        started_ms = time.thread_time() * 1000
        render(summary, NAMES, CORRELATION_ID)
        times_ms.append(time.thread_time() * 1000 - started_ms)
    return min(times_ms)


def _acknowledgements() -> Iterator[str]:
    for words in (*HOSTILE, " ".join(HOSTILE), " ".join(CODES), "help", "USD " * 20_000):
        meant = parse(words, NAMES)
        if isinstance(meant, Mistake):
            yield mistake_text(meant)
        elif isinstance(meant, HelpWanted):
            yield help_text(NAMES, CONTACT)
        else:
            yield asking_text(meant, NAMES, CORRELATION_ID)
        yield refusal_text([Refused("this channel", words, "SlackAllowedChannelIds")], CONTACT)
    yield asking_text(Ask(), {f"p{number}": f"Provider {number}" for number in range(200)} | NAMES, CORRELATION_ID)
