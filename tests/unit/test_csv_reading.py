"""How a file of products is read: what it costs, and where it says that it is broken."""

import tracemalloc

import pytest

from catalog.csv.reading import UnreadableFileError, read_rows

ROWS = 20_000


def test_a_file_with_emoji_is_read_in_less_memory_than_it_has_itself() -> None:
    data = (
        "sku,name\n" + "".join(f"JAM-{number},Plum jam \N{GRAPES} {'x' * 100}\n" for number in range(ROWS))
    ).encode()
    tracemalloc.start()

    count = sum(1 for _ in read_rows(data))

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == ROWS
    assert peak < len(data) / 2


def test_a_byte_that_is_not_utf_8_is_named_by_its_line_however_far_down_it_is() -> None:
    data = b"sku,name\n" + b"JAM-001,Plum\n" * 5000 + b"JAM-002,\xe9\n"

    with pytest.raises(UnreadableFileError) as refused:
        list(read_rows(data))

    assert (refused.value.error.row, refused.value.error.value) == (5002, "b'\\xe9'")
