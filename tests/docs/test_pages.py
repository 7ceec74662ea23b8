"""README and docs/ lead where they say, name only what is there, and tell for each capability what it is good for."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, README, ROOT, anchors, headings, links, name_of, prose, written_files

# Pages that explain the whole, or how to use it, rather than one capability; a decision record has a form of its own.
OVERVIEWS = {f"docs/{name}.md" for name in ("index", "architecture", "races", "running", "api", "catalog")}
DECISIONS = [page for page in PAGES if page.parent.name == "adr"]
CAPABILITIES = [page for page in PAGES if page.parent.name == "docs" and name_of(page) not in OVERVIEWS]
SECTIONS = ("why", "guarantee", "fail", "when not to")

MACHINE_PATH = re.compile(r"/(?:home|Users|root|work|mnt)/[\w.]")
FILE_NAME = re.compile(r"`((?:shop|catalog|inventory|cart|analytics|tests|docs)/[\w./-]+\.\w+)`")
TEST_NAME = re.compile(r"`(test_\w+)`")

by_name = pytest.mark.parametrize("page", PAGES, ids=name_of)


@by_name
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page

        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@by_name
def test_every_file_and_test_that_is_named_is_there(page: Path) -> None:
    tests = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("*.py"))

    assert [name for name in FILE_NAME.findall(prose(page)) if not (ROOT / name).exists()] == []
    assert [name for name in TEST_NAME.findall(prose(page)) if f"def {name}(" not in tests] == []


def test_every_page_is_reachable_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [README]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            targets = ((page.parent / link.partition("#")[0]).resolve() for link in links(page))
            waiting += [target for target in targets if target in PAGES]

    assert reached == set(PAGES)


@pytest.mark.parametrize("page", CAPABILITIES, ids=name_of)
def test_a_capability_s_page_says_why_what_it_guarantees_what_a_failure_does_and_when_not_to_use_it(page: Path) -> None:
    told = " | ".join(headings(page)).lower()

    assert [section for section in SECTIONS if section not in told] == []
    assert any(link.startswith(("../shop/", "../catalog/")) for link in links(page)), "no link to the code"


@pytest.mark.parametrize("page", DECISIONS, ids=name_of)
def test_a_decision_has_its_context_and_its_consequences(page: Path) -> None:
    assert headings(page)[1:] == ["Context", "Decision", "Consequences"]


def test_no_file_names_a_path_of_somebody_s_machine() -> None:
    naming = {
        f"{name_of(file)}: {found.group()}"
        for file in written_files()
        if (found := MACHINE_PATH.search(file.read_text(encoding="utf-8")))
    }

    assert naming == set()
