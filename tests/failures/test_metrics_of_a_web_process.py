"""/metrics of a real web process: who its peer is, and what it tells of its own copies."""

import pytest
from django.conf import settings
from prometheus_client.parser import text_string_to_metric_families

from tests.failures.web import Web, running_web, until
from tests.goods import Goods


def figures(web: Web) -> dict[str, float]:
    """By name; of those with labels, the sum."""
    page = web.get("/metrics")
    assert page.status == 200
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(page.body.decode()):
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0.0) + sample.value
    return found


def test_a_web_process_tells_its_machine_of_its_own_copies_and_of_the_log(goods: Goods) -> None:
    with running_web(redis_url=settings.REDIS_URL, local="on") as web:
        before = figures(web)
        assert web.get(f"/api/products/{goods.id}").status == 200
        until(lambda: figures(web)["larder_local_tier_trusted"] == 1, within=10)
        assert web.get(f"/api/products/{goods.id}").status == 200
        after = figures(web)

    assert after["larder_cache_reads_total"] > before["larder_cache_reads_total"]
    assert after["larder_local_tier_copies"] > 0
    assert after["larder_database_up"] == 1
    assert after["larder_changes_unfinished"] > 0


def test_a_token_opens_them_and_nothing_else_does(goods: Goods, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRICS_TOKEN", "9d5f0c1b7e")

    with running_web(redis_url=settings.REDIS_URL) as web:
        page = web.get("/metrics")

    assert page.status == 401
    assert page.headers["www-authenticate"] == "Bearer"
