"""What processes that keep copies are told."""

from hypothesis import given
from hypothesis import strategies as st

from shop.caching.messages import changes, changes_of

keys = st.integers(1, 2**63 - 1).map(lambda entry_id: f"larder:3f9c52d07ab1:price:1:{{{entry_id}}}")


@given(st.lists(st.tuples(keys, st.integers(0, 2**63 - 1)), min_size=1))
def test_a_message_of_changes_is_read_back_as_it_was_written(versions: list[tuple[str, int]]) -> None:
    assert list(changes_of(changes(versions))) == versions


def test_a_line_is_a_version_of_twenty_digits_and_the_key() -> None:
    assert changes([("larder:3f:price:1:{7}", 42)]) == "00000000000000000042larder:3f:price:1:{7}"
