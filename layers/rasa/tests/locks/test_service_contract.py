"""What each of the three services promises, step by step."""

import time

from parlance_rasa.locks.tickets import Seen

CAP = 5


def test_tickets_grow_by_one_and_the_smallest_is_first(service, sender):
    queues, _ = service

    views = [queues.take(sender, name, 1000, CAP) for name in ("a", "b", "c")]

    assert views[-1].tickets == {"a": 1000, "b": 1001, "c": 1002}
    assert {view.first() for view in views} == {"a"}
    assert queues.look(sender) == views[-1]


def test_a_take_that_is_repeated_gives_the_same_ticket(service, sender):
    queues, _ = service
    queues.take(sender, "a", 1000, CAP)
    queues.take(sender, "b", 1000, CAP)

    again = queues.take(sender, "a", 5000, CAP)

    assert again.tickets == {"a": 1000, "b": 1001}
    assert queues.take(sender, "c", 1000, CAP).tickets["c"] == 1002


def test_a_full_queue_takes_nobody_in(service, sender):
    queues, _ = service
    for number in range(CAP):
        queues.take(sender, f"w{number}", 1000, CAP)

    view = queues.take(sender, "late", 1000, CAP)

    assert "late" not in view.tickets
    assert len(view.tickets) == CAP
    assert queues.take(sender, "w0", 1000, CAP).tickets["w0"] == 1000


def test_a_place_in_a_full_queue_comes_free_when_one_leaves(service, sender):
    queues, _ = service
    for number in range(CAP):
        queues.take(sender, f"w{number}", 1000, CAP)

    queues.give_back(sender, "w3")

    assert queues.take(sender, "late", 1000, CAP).tickets["late"] == 1000 + CAP


def test_giving_back_shows_the_rest_and_a_second_time_shows_that_nothing_was_there(service, sender):
    queues, _ = service
    queues.take(sender, "a", 1000, CAP)
    queues.take(sender, "b", 1000, CAP)

    assert queues.give_back(sender, "a").tickets == {"b": 1001}
    assert queues.give_back(sender, "a") is None
    assert queues.give_back("nobody" + sender, "a") is None


def test_tickets_still_grow_when_the_queue_ran_empty(service, sender):
    queues, _ = service
    queues.take(sender, "a", 1000, CAP)
    queues.give_back(sender, "a")

    assert queues.take(sender, "b", 1000, CAP).tickets == {"b": 1001}


def test_tickets_start_at_the_given_base_after_the_item_went_by_its_age(service, sender):
    queues, remove = service
    queues.take(sender, "a", 1000, CAP)
    remove(sender)

    assert queues.look(sender).tickets == {}
    assert queues.take(sender, "b", 7000, CAP).tickets == {"b": 7000}


def test_an_eviction_needs_ticket_and_heartbeat_as_seen(service, sender):
    queues, _ = service
    queues.take(sender, "a", 1000, CAP)
    queues.take(sender, "b", 1000, CAP)

    assert not queues.evict(sender, Seen("a", 999, 0, 0.0))
    assert queues.beat(sender, "a", 1000)
    assert not queues.evict(sender, Seen("a", 1000, 0, 0.0))
    assert queues.beat(sender, "a", 1000)
    assert queues.look(sender).beats == {"a": 2}
    assert queues.evict(sender, Seen("a", 1000, 2, 0.0))
    assert queues.look(sender) == ({"b": 1001}, {})
    assert not queues.evict(sender, Seen("a", 1000, 2, 0.0))


def test_a_silent_waiter_is_evicted_by_its_ticket(service, sender):
    queues, _ = service
    queues.take(sender, "a", 1000, CAP)

    assert queues.evict(sender, Seen("a", 1000, 0, 0.0))
    assert not queues.beat(sender, "a", 1000)


def test_a_take_that_arrives_after_the_eviction_does_not_bring_the_old_ticket_back_to_life(service, sender):
    queues, _ = service
    queues.take(sender, "a", 1000, CAP)
    queues.evict(sender, Seen("a", 1000, 0, 0.0))

    late = queues.take(sender, "a", 1000, CAP)

    assert late.tickets == {"a": 1001}
    assert not queues.beat(sender, "a", 1000)
    assert queues.beat(sender, "a", 1001)


def test_milliseconds_of_today_are_exact_tickets(service, sender):
    queues, _ = service
    now = int(time.time() * 1000)

    assert queues.take(sender, "a", now, CAP).tickets == {"a": now}
    assert queues.take(sender, "b", now, CAP).tickets["b"] == now + 1
