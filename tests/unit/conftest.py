import pytest

from shop.caching import lease_return
from shop.caching.cache_aside import CacheAside
from tests.unit.memory_ground import Jam, JamStock, Kitchen


@pytest.fixture(autouse=True)
def no_patience_with_a_broken_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that a test has broken never answers: its leases are given up at once."""
    monkeypatch.setattr(lease_return, "GIVE_UP_AFTER", 0.0)


@pytest.fixture
def kitchen() -> Kitchen:
    """Row 7 is on the shelf, at version 1."""
    made = Kitchen()
    made.shelf.put(7, 1)
    return made


@pytest.fixture
def cache(kitchen: Kitchen) -> CacheAside[Jam]:
    return kitchen.cache()


@pytest.fixture
def stock(kitchen: Kitchen) -> JamStock:
    return kitchen.stock()
