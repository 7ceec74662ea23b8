"""What every transport promises to whoever publishes, and to the only member of a group."""

from time import monotonic

from shop.events.transport import Message, Received
from tests.contracts.transports import POLL_S, SOON_S, Pair, all_of, messages


def test_every_message_reaches_the_group_as_it_was_sent(pair: Pair) -> None:
    sent = [
        *messages(50),
        Message(b"", b"", (("mark", messages(1)[0].value),)),
        Message(b"\x00\xff", b"\x00\xff", (("reason", b"none"), ("reason", b"\xff"))),
    ]

    pair.publisher.publish(sent)
    received = all_of(sent, pair.subscriber)

    assert {one.message for one in received} == set(sent)


def test_messages_of_one_key_come_in_the_order_in_which_they_were_sent(pair: Pair) -> None:
    sent = messages(200)

    pair.publisher.publish(sent[:120])
    pair.publisher.publish(sent[120:])
    received = [one.message for one in all_of(sent, pair.subscriber, most=30)]

    for key in {message.key for message in sent}:
        assert [one for one in received if one.key == key] == [one for one in sent if one.key == key]


def test_messages_of_one_key_are_in_one_partition_and_keys_are_spread(pair: Pair) -> None:
    sent = messages(90, keys=30)

    pair.publisher.publish(sent)
    received = all_of(sent, pair.subscriber)

    places = {(one.message.key, one.partition) for one in received}
    assert len(places) == 30
    assert len({partition for _, partition in places}) > 1


def test_a_poll_takes_at_most_what_it_is_asked_for_and_the_rest_comes_with_the_next(pair: Pair) -> None:
    sent = messages(25)

    pair.publisher.publish(sent)
    taken: list[Message] = []
    while len(taken) < len(sent):
        some = pair.subscriber.poll(timeout_s=POLL_S, most=10)
        assert len(some) <= 10
        taken += [one.message for one in some]

    assert sorted(taken) == sorted(sent)


def test_a_poll_for_nothing_ends_when_its_time_is_over(pair: Pair) -> None:
    started = monotonic()

    received = pair.subscriber.poll(timeout_s=0.3, most=500)

    assert list(received) == []
    assert 0.2 < monotonic() - started < 10


def test_nothing_published_is_nothing_sent(pair: Pair) -> None:
    pair.publisher.publish([])

    assert list(pair.subscriber.poll(timeout_s=POLL_S, most=500)) == []


def test_who_waits_takes_nothing_and_loses_nothing(pair: Pair) -> None:
    sent = messages(40)

    pair.publisher.publish(sent[:20])
    for _ in range(3):
        pair.subscriber.wait(timeout_s=POLL_S)
    pair.publisher.publish(sent[20:])
    received = all_of(sent, pair.subscriber)

    assert sorted(one.message for one in received) == sorted(sent)


def test_who_waits_longer_than_a_session_is_a_member_still(pair: Pair) -> None:
    sent = messages(40)
    pair.publisher.publish(sent[:20])
    in_hand: list[Received] = []
    deadline = monotonic() + SOON_S
    while len(in_hand) < 5:
        assert monotonic() < deadline, f"{len(in_hand)} came"
        in_hand += pair.subscriber.poll(timeout_s=POLL_S, most=5 - len(in_hand))
    others = set(sent) - {one.message for one in in_hand}

    started = monotonic()
    while monotonic() - started < pair.session_s * 1.2:
        pair.subscriber.wait(timeout_s=POLL_S)
    pair.subscriber.commit(in_hand)
    pair.publisher.publish(sent[20:])
    received = all_of(sorted(others), pair.subscriber)

    assert len(in_hand) == 5
    assert len(received) == 35, "nothing came twice, so nobody was thrown out"


def test_there_is_a_lag_until_everything_was_polled(pair: Pair) -> None:
    sent = messages(30)
    lags = [pair.subscriber.lag()]
    received = 0

    pair.publisher.publish(sent)
    while received < len(sent):
        lags.append(pair.subscriber.lag())
        received += len(pair.subscriber.poll(timeout_s=POLL_S, most=4))

    assert all(0 < (lag or 0) <= 30 for lag in lags[1:])
    assert (lags[0], pair.subscriber.lag()) == (0, 0)
