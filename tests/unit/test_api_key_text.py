import re

import pytest

from shop.embedded.demo_key import demo_api_key
from shop.visitors.api_key_text import KeyText, new_key, read_key

KEY = KeyText(prefix="0f3a9c51", secret="s" * 43)


def test_a_key_says_what_it_is_and_two_are_never_the_same() -> None:
    keys = {new_key().whole for _ in range(1000)}

    assert len(keys) == 1000
    assert all(re.fullmatch(r"lk_[0-9a-f]{8}_[A-Za-z0-9_-]{43}", key) for key in keys)


def test_a_key_is_read_as_it_was_written() -> None:
    key = new_key()

    assert read_key(text=key.whole) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lk_",
        KEY.whole[:-1],
        KEY.whole + "s",
        KEY.whole + "\n",
        " " + KEY.whole,
        KEY.whole.upper(),
        KEY.whole.replace("lk_", "sk_"),
        KEY.whole.replace("0f3a9c51", "0f3a9c5g"),
        KEY.whole.replace("0f3a9c51", "\u0660f3a9c51"),
        KEY.whole[:-1] + "é",
        KEY.whole[:-1] + "=",
        KEY.whole[:-1] + "\0",
    ],
)
def test_what_is_no_key_is_not_read(text: str) -> None:
    assert read_key(text=text) is None


def test_only_the_right_secret_matches_and_nothing_matches_no_key() -> None:
    assert KEY.matches(KEY.digest)
    assert not KEY.matches(new_key().digest)
    assert not KEY.matches(None)


def test_a_key_that_is_shown_in_a_traceback_keeps_its_secret() -> None:
    assert KEY.secret not in repr(KEY)
    assert KEY.secret not in KEY.digest


def test_the_demos_key_has_the_form_of_a_key_and_stays_the_same() -> None:
    key = demo_api_key(secret="kept")

    assert read_key(text=key) is not None
    assert key == demo_api_key(secret="kept")
    assert key != demo_api_key(secret="another")
    assert "kept" not in key
