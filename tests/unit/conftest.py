import pytest

from shop.caching import lease_return


@pytest.fixture(autouse=True)
def no_patience_with_a_broken_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that a test has broken never answers: its leases are given up at once."""
    monkeypatch.setattr(lease_return, "GIVE_UP_AFTER", 0.0)
