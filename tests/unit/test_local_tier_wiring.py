"""Who keeps copies: what answers pages, and nobody else."""

import subprocess
import sys

import pytest

KEEPS_COPIES = "from shop.caching.registry import REGISTRY; print(REGISTRY.ground().local is not None)"
PROGRAMS = {
    "a web server": "import shop.wsgi",
    "a command or a worker": "import django; django.setup()",
}


@pytest.mark.parametrize(("program", "keeps"), [("a web server", True), ("a command or a worker", False)])
def test_only_what_answers_pages_keeps_copies(program: str, keeps: bool) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", f"{PROGRAMS[program]}; {KEEPS_COPIES}"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert ran.stdout.split() == [str(keeps)]


def test_the_catalog_keeps_copies_for_a_second_and_what_is_written_through_keeps_none() -> None:
    from shop.caching.registry import REGISTRY

    kept = {policy.name: policy.local_ttl for policy in REGISTRY.policies()}

    assert kept == {
        "product": 1,
        "category_tree": 1,
        "price": 1,
        "review_summary": 1,
        "related_products": 1,
        "also_bought": 1,
        "stock": 0,
        "cart": 0,
        "session": 0,
        "views": 0,
    }
