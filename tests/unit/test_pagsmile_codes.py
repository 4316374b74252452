"""What Pagsmile's codes mean."""

import pytest

from balance_core.errors import UNLISTED_CODE, ErrorKind
from balance_core.wire import Node, loads
from pagsmile_balance.client import PartnerBalanceQuery
from pagsmile_balance.payloads import CODES, error_of
from tests.unit.pagsmile_cases import FIXTURES

AUTHENTICATION, UNAVAILABLE = ErrorKind.AUTHENTICATION, ErrorKind.UNAVAILABLE
PERMISSION_DENIED, INVALID_REQUEST = ErrorKind.PERMISSION_DENIED, ErrorKind.INVALID_REQUEST

# By fixture: kind, further tries, provider_code.
BY_FIXTURE = {
    "20000": (UNAVAILABLE, 2, "20000 service-unavailable"),
    "30000-invalid-account": (AUTHENTICATION, 0, "30000 invalid-account"),
    "30000-disabled-account": (AUTHENTICATION, 0, "30000 disabled-account"),
    "30000-incorrect-credentials": (AUTHENTICATION, 0, "30000 incorrect-credentials"),
    "30000-incorrect-apikey": (AUTHENTICATION, 0, "30000 incorrect-apikey"),
    "30001": (INVALID_REQUEST, 0, "30001 invalid-timestamp"),
    "30003": (UNAVAILABLE, 1, "30003 system-error"),
    "40001": (INVALID_REQUEST, 0, "40001 missing-app_id"),
    "40002-invalid-signature": (AUTHENTICATION, 0, "40002 invalid-signature"),
    "40002-missing-signature-config": (AUTHENTICATION, 0, "40002 missing-signature-config"),
    "40002-merchant-status-abnormal": (PERMISSION_DENIED, 0, "40002 merchant-status-abnormal"),
    "40002-app-status-abnormal": (PERMISSION_DENIED, 0, "40002 app-status-abnormal"),
    "40002-app-not-match": (PERMISSION_DENIED, 0, "40002 app-not-match"),
    "40002-currency-not-supported": (INVALID_REQUEST, 0, "40002 currency-not-supported"),
    "40004": (INVALID_REQUEST, 0, "40004 method-not-supported"),
    "40005": (INVALID_REQUEST, 0, "40005 media-type-not-supported"),
}


@pytest.mark.parametrize("name", BY_FIXTURE)
def test_every_code_has_its_kind_and_its_tries(name: str) -> None:
    answer = loads((FIXTURES / "codes" / f"{name}.json").read_bytes())
    error = error_of(answer, answer.get("code").text())
    assert (error.kind, error.retries, error.provider_code) == BY_FIXTURE[name]


def test_every_fixture_and_every_row_of_the_table_is_tested() -> None:
    assert {path.stem for path in (FIXTURES / "codes").iterdir()} == set(BY_FIXTURE)
    fallbacks = {"30000", "40002"}
    assert {name.replace("-", " ", 1) for name in BY_FIXTURE} | fallbacks == set(CODES)


@pytest.mark.parametrize(
    ("code", "sub_code", "kind", "provider_code"),
    [
        ("30000", "closed-account", AUTHENTICATION, "30000 closed-account"),
        ("40002", "moon-phase", ErrorKind.UNKNOWN, "40002 moon-phase"),
        ("40002", None, ErrorKind.UNKNOWN, "40002"),
        ("40002", "", ErrorKind.UNKNOWN, "40002"),
        ("40002", 7, ErrorKind.UNKNOWN, "40002"),
        ("40002", "invalid signature\n", ErrorKind.UNKNOWN, "40002"),
        ("20000", "invalid-signature", UNAVAILABLE, "20000 invalid-signature"),
        ("99999", "new", ErrorKind.UNKNOWN, "99999 new"),
    ],
)
def test_an_unlisted_sub_code_means_what_its_code_means(
    code: str, sub_code: object, kind: ErrorKind, provider_code: str
) -> None:
    error = error_of(Node({"code": code, "sub_code": sub_code}), code)
    assert (error.kind, error.provider_code) == (kind, provider_code)


def test_a_code_in_no_table_says_so() -> None:
    assert error_of(Node({"code": "99999"}), "99999").message == UNLISTED_CODE.message


def test_messages_read_on_after_the_providers_name_and_tell_what_to_do() -> None:
    for rule in CODES.values():
        assert rule.message[0].islower()
        assert rule.message.partition(": ")[2], rule.message


def test_no_failure_passes_for_an_answer() -> None:
    """The question names no currency, so whatever goes wrong costs every balance."""
    assert PartnerBalanceQuery.currency is None
    assert [code for code, rule in CODES.items() if not rule.kind.is_outage] == []
