"""Every test looks behind its pages; here it is seen to see."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

PLANTED = {
    "another host": ('<img src="http://larder.invalid/x.png" alt="">', "another host was asked"),
    "a part that is missing": ('<img src="/static/nothing.svg" alt="">', "404 GET"),
    "an error on the console": ('<script>console.error("planted")</script>', "console: planted"),
    "a script that breaks": ("<script>planted()</script>", "script: planted is not defined"),
}


@pytest.mark.parametrize(("html", "complaint"), PLANTED.values(), ids=PLANTED)
def test_what_goes_wrong_behind_a_page_is_complained_of(
    open_page: Callable[..., Page], complaints: list[str], html: str, complaint: str
) -> None:
    page = open_page()
    page.route("**/planted", lambda route: route.fulfill(body=f"<!doctype html>{html}", content_type="text/html"))

    page.goto("/planted", wait_until="networkidle")

    assert any(complaint in one for one in complaints), complaints
    complaints.clear()
