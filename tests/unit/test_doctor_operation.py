"""What the doctor says of the schedule, the digest, the alarms and the clocks, and how it says everything."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.deployment.alarms import alarm_check
from tests.deployment.check import Status, ok, unknown, warning, wrong
from tests.deployment.clock import clock_check, http_date
from tests.deployment.facts import Schedule
from tests.deployment.place import Place
from tests.deployment.report import as_json, as_text, is_sound
from tests.deployment.schedule import digest_checks, schedule_check

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


class TestSchedule:
    SCHEDULE = Schedule("ENABLED", "cron(0 8 ? * MON-FRI *)", "Europe/Berlin")

    def test_as_the_stack_says(self) -> None:
        check = schedule_check(self.SCHEDULE, "cron(0 8 ? * MON-FRI *)", "Europe/Berlin")
        assert check == ok("schedule", "is enabled: cron(0 8 ? * MON-FRI *) in Europe/Berlin")

    def test_disabled(self) -> None:
        disabled = replace(self.SCHEDULE, state="DISABLED")
        assert schedule_check(disabled, "cron(0 8 ? * MON-FRI *)", "Europe/Berlin").status is Status.WRONG

    @pytest.mark.parametrize("expected", [("rate(1 day)", "Europe/Berlin"), ("cron(0 8 ? * MON-FRI *)", "UTC")])
    def test_changed_by_hand(self, expected: tuple[str, str]) -> None:
        assert schedule_check(self.SCHEDULE, *expected).status is Status.WARNING

    def test_no_digest(self) -> None:
        assert [check.status for check in digest_checks("")] == [Status.OK]

    def test_digests(self) -> None:
        first, second = digest_checks("C0123ABCD:AED+USD,C0456EFGH")
        assert first == ok("digest", "goes to C0123ABCD (AED, USD); C0456EFGH (every currency)")
        assert second.status is Status.UNKNOWN
        assert "/invite @Balance Bot" in second.remedy

    @pytest.mark.parametrize("setting", ["C0123ABCD:USX", "U0123ABCD", "C0123ABCD,C0123ABCD", ","])
    def test_a_setting_that_the_bot_refuses(self, setting: str) -> None:
        (check,) = digest_checks(setting)
        assert check.status is Status.WRONG
        assert "DigestChannels" in check.finding


class TestAlarms:
    ADDRESS = "ops@example.com"

    def test_confirmed(self) -> None:
        assert alarm_check(self.ADDRESS, {self.ADDRESS: "arn:aws:sns:eu-central-1:1:t:u"}).status is Status.OK

    def test_nobody(self) -> None:
        assert alarm_check("", {}).status is Status.WARNING

    @pytest.mark.parametrize(
        ("word", "told"), [("PendingConfirmation", "has not confirmed"), ("Deleted", "has unsubscribed")]
    )
    def test_an_address_that_hears_nothing(self, word: str, told: str) -> None:
        check = alarm_check(self.ADDRESS, {self.ADDRESS: word, "other@example.com": "arn:aws:sns:x"})
        assert check.status is Status.WRONG
        assert told in check.finding


class TestClock:
    @pytest.mark.parametrize("seconds", [0, 59, 60, -60])
    def test_agrees(self, seconds: int) -> None:
        assert clock_check("AWS", NOW, NOW + timedelta(seconds=seconds)).status is Status.OK

    @pytest.mark.parametrize("seconds", [61, -61, 86_400])
    def test_is_off(self, seconds: int) -> None:
        check = clock_check("Slack", NOW, NOW + timedelta(seconds=seconds))
        assert check.status is Status.WARNING
        assert f"this machine and Slack are {abs(seconds)} s apart" in check.finding

    def test_is_not_told(self) -> None:
        assert clock_check("AWS", NOW, None).status is Status.UNKNOWN

    def test_the_date_header(self) -> None:
        assert http_date("Sat, 21 Nov 2026 08:00:00 GMT") == NOW
        assert [http_date(value) for value in (None, "", "yesterday")] == [None] * 3


class TestReport:
    PLACE = Place("balance-bot-dev", "eu-central-1")
    CHECKS = (
        ok("stack", "is there"),
        warning("contact", "nobody", "name somebody"),
        wrong("payby", "field\x1b[2J 'x'\nis missing", "put it there"),
        unknown("digest", "who knows", "look"),
        ok("payermax", "has a key", detail="MIIB\nAAAA"),
    )

    def test_text(self) -> None:
        assert as_text(self.PLACE, self.CHECKS).splitlines() == [
            "balance-bot-dev in eu-central-1",
            "",
            "ok               stack: is there",
            "warning          contact: nobody",
            "                 -> name somebody",
            "wrong            payby: field?[2J 'x'?is missing",
            "                 -> put it there",
            "cannot be known  digest: who knows",
            "                 -> look",
            "ok               payermax: has a key",
            "",
            "MIIB",
            "AAAA",
            "",
            "",
            "2 ok, 1 warning, 1 wrong, 1 cannot be known",
        ]

    def test_json(self) -> None:
        document = json.loads(as_json(self.PLACE, self.CHECKS))
        assert document["is_sound"] is False
        assert document["checks"][0] == {"status": "ok", "subject": "stack", "finding": "is there"}
        assert document["checks"][1]["remedy"] == "name somebody"
        assert document["checks"][4]["detail"] == "MIIB\nAAAA"

    def test_only_what_is_wrong_makes_it_fail(self) -> None:
        assert is_sound([check for check in self.CHECKS if check.status is not Status.WRONG])
        assert not is_sound(self.CHECKS)
