"""`manage.py doctor` says whether there are limits, and whose word it takes for an address."""

from pytest_django.fixtures import Settings

from shop.backstage.doctor import Verdict
from shop.backstage.doctor_environment import rate_limits


def test_that_limits_are_off_is_worth_a_note(settings: Settings) -> None:
    settings.RATE_LIMITS = False

    (finding,) = rate_limits()

    assert finding.verdict is Verdict.NOTE
    assert finding.detail.startswith("off by RATE_LIMITS")


def test_limits_are_well_when_they_are_on(settings: Settings) -> None:
    settings.RATE_LIMITS = True
    settings.TRUSTED_PROXIES = 0
    (finding,) = rate_limits()
    assert (finding.verdict, finding.detail) == (Verdict.OK, "on; addresses are those of the connections")

    settings.TRUSTED_PROXIES = 2
    (finding,) = rate_limits()
    assert (finding.verdict, finding.detail) == (Verdict.OK, "on; addresses are told by 2 proxies (X-Forwarded-For)")
