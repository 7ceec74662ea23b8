"""The key of a session, and what is made of it."""

from hashlib import sha256

import pytest

from shop.visitors.session_key import SessionKey, is_key, new_key


def test_a_new_key_has_the_form_of_one_and_is_another_each_time() -> None:
    keys = {new_key().text for _ in range(1000)}

    assert len(keys) == 1000
    assert all(is_key(key) for key in keys)
    assert 36**32 > 2**165


def test_the_digest_is_the_key_s_sha_256_and_the_id_its_first_63_bits() -> None:
    key = SessionKey("0123456789abcdefghijklmnopqrstuv")

    digest = sha256(b"0123456789abcdefghijklmnopqrstuv")
    assert key.digest == digest.hexdigest()
    assert key.session_id == int.from_bytes(digest.digest()) >> (256 - 63)
    assert 0 <= key.session_id < 2**63


def test_a_key_matches_its_own_digest_alone() -> None:
    key, other = new_key(), new_key()

    assert key.matches(key.digest)
    assert not key.matches(other.digest)
    assert not key.matches("")


@pytest.mark.parametrize(
    "text", [None, "", "a", "a" * 31, "a" * 33, "A" * 32, "a" * 31 + "é", "a" * 31 + "\n", "a" * 31 + "\x00", 7]
)
def test_what_has_not_the_form_of_a_key_is_none(text: object) -> None:
    assert not is_key(text)


def test_a_key_that_is_shown_keeps_its_secret() -> None:
    key = new_key()

    assert key.text not in repr(key)
