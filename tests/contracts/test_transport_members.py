"""What every transport promises to groups of several members, one after the other or at once."""

from collections.abc import Iterable
from time import monotonic

from shop.events.transport import Message, Received, Subscriber
from tests.contracts.transports import POLL_S, SOON_S, Line, all_of, line_on, memory, messages


def first_of(member: Subscriber, *, meanwhile: Subscriber) -> list[Received]:
    """What the member is given first, while another has messages in hand and waits."""
    deadline = monotonic() + SOON_S
    while not (received := list(member.poll(timeout_s=POLL_S, most=500))):
        assert monotonic() < deadline, "the member was given nothing"
        meanwhile.wait(timeout_s=POLL_S)
    return received


def sorted_messages(received: Iterable[Received]) -> list[Message]:
    return sorted(one.message for one in received)


def test_what_a_member_has_not_committed_when_it_ends_comes_to_the_next(line: Line) -> None:
    sent = messages(40)
    publisher, dying = line.publisher(), line.member()
    publisher.publish(sent[:20])
    dying.commit(all_of(sent[:20], dying))
    publisher.publish(sent[20:])
    lost = all_of(sent[20:], dying)

    dying.close()
    heir = line.member()
    received = all_of(sent[20:], heir)

    assert sorted_messages(lost) == sorted(sent[20:])
    assert sorted_messages(received) == sorted(sent[20:]), "and nothing that was committed"


def test_members_share_the_partitions_and_together_get_everything() -> None:
    """Also while one of them waits with messages in hand: it gives up partitions without losing what they hold.

    In memory only, where members may take turns: on a broker each has to be asked all the time
    (test_transport_sharing.py).
    """
    with line_on(memory) as line:
        assert_shared(line)


def assert_shared(line: Line) -> None:
    early, late = messages(30, keys=30), messages(60, keys=30)
    publisher, first = line.publisher(), line.member()
    publisher.publish(early)
    in_hand = all_of(early, first)

    second = line.member()
    handed_over = first_of(second, meanwhile=first)
    first.commit(in_hand)
    second.commit(handed_over)
    publisher.publish(late)
    received: dict[str, list[Received]] = {"first": [], "second": []}
    deadline = monotonic() + SOON_S
    while {*late} - {one.message for some in received.values() for one in some}:
        assert monotonic() < deadline
        received["first"] += first.poll(timeout_s=POLL_S, most=500)
        received["second"] += second.poll(timeout_s=POLL_S, most=500)

    places = {name: {one.partition for one in some if one.message in set(late)} for name, some in received.items()}
    assert places["first"]
    assert places["second"]
    assert not places["first"] & places["second"]
    assert {one.message for one in handed_over} <= set(early), "not committed before they were handed over"
