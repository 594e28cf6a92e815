"""What lies on disk while AWS is away: kept, sent in its turn, and never in the way."""

import shutil

import pytest
from support.emulator import wait_until
from support.topic import Outbox, single

from parlance_rasa import publisher as module
from parlance_rasa.delivery import Delivery
from parlance_rasa.publisher import Publisher
from parlance_rasa.spool import Spool
from parlance_rasa.topic import Message

pytestmark = pytest.mark.usefixtures("impatient")


def test_while_aws_is_away_single_events_are_on_disk_and_turns_wait(publisher, topic, spool):
    outbox = Outbox()
    topic.away = True
    publisher.put(Message("turn", "turn", {}, outbox, 7))
    publisher.put(single("event"))

    wait_until(lambda: publisher.counters["spooled"] == 1)
    assert publisher.away
    topic.away = False

    wait_until(lambda: sorted(topic.taken) == ["event", "turn"])
    wait_until(lambda: outbox.forgotten == [7])
    wait_until(lambda: spool.used() == 0)
    assert not publisher.away


def test_a_full_spool_drops_and_counts(topic, tmp_path):
    publisher = Publisher(Delivery(topic), Spool(str(tmp_path / "spool"), limit=10))
    topic.away = True

    publisher.put(single("x" * 100))

    wait_until(lambda: publisher.counters["dropped"] == 1)
    publisher.close(0)


def test_a_spool_with_room_for_some_keeps_those(topic, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_IN_A_FILE", 2)
    publisher = Publisher(Delivery(topic), Spool(str(tmp_path / "spool"), limit=300))
    topic.away = True
    topic.open.clear()
    for _ in range(6):
        publisher.put(single("x" * 100))
    topic.open.set()

    wait_until(lambda: publisher.counters["spooled"] + publisher.counters["dropped"] == 6)
    publisher.close(0)

    assert publisher.counters["spooled"] == 2


def test_a_full_disk_and_a_folder_that_is_gone_stop_nothing(publisher, topic, tmp_path, monkeypatch):
    def full(_file):
        raise OSError(28, "No space left on device")

    topic.away = True
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        publisher.put(single("lost"))
        wait_until(lambda: publisher.counters["dropped"] == 1)
    assert list((tmp_path / "spool").iterdir()) == []
    (tmp_path / "spool").rmdir()
    publisher.put(single("kept"))
    wait_until(lambda: publisher.counters["spooled"] == 1)
    topic.away = False

    wait_until(lambda: topic.taken == ["kept"])


def test_a_file_that_is_not_ours_is_left_aside(publisher, topic, spool, tmp_path):
    (tmp_path / "spool" / "0.ndjson").write_text("not JSON\n")
    (tmp_path / "spool" / "0.1.ndjson").write_text("[1]\n")
    spool.add([single("a")])
    publisher.start()

    wait_until(lambda: topic.taken == ["a"])
    assert sorted(file.name for file in (tmp_path / "spool").glob("*.unreadable")) == [
        "0.1.ndjson.unreadable",
        "0.ndjson.unreadable",
    ]


def test_a_folder_that_goes_while_its_file_is_sent_ends_nothing(publisher, topic, spool, tmp_path):
    spool.add([single("a")])
    topic.open.clear()
    publisher.start()
    wait_until(lambda: list((tmp_path / "spool").glob("*.taken")))
    shutil.rmtree(tmp_path / "spool")
    topic.open.set()
    wait_until(lambda: topic.taken == ["a"])

    publisher.put(single("b"))

    wait_until(lambda: topic.taken == ["a", "b"])
    wait_until(lambda: not publisher.away)


def test_what_else_lies_in_the_folder_stops_nothing(topic, tmp_path):
    folder = tmp_path / "spool"
    (folder / "0.ndjson").mkdir(parents=True)
    for name in ("x.taken", "x.1.taken", "1.ndjson.x.taken", "1.ndjson.99999999999.taken"):
        (folder / name).write_text("")
    spool = Spool(str(folder), limit=100_000)
    spool.add([single("a")])
    publisher = Publisher(Delivery(topic), spool)
    publisher.start()

    wait_until(lambda: topic.taken == ["a"])
    publisher.close(1)


def test_the_spool_is_sent_while_there_is_traffic(publisher, topic, spool):
    """Each message that is sent brings the next one, twenty times: the worker does not find its queue empty."""
    publish, more = topic.publish, iter(range(20))

    def talkative(entries):
        for _ in more:
            publisher.put(single("live"))
            break
        return publish(entries)

    topic.publish = talkative
    spool.add([single("spooled")])
    publisher.put(single("live"))

    wait_until(lambda: "spooled" in topic.taken)
    assert topic.taken.count("live") < 20


def test_what_comes_after_the_end_is_kept(publisher, topic, spool):
    publisher.put(single("a"))
    publisher.close(1)

    publisher.put(single("late"))
    publisher.put(Message("turn", "turn", {}, Outbox(), 1))

    assert topic.taken == ["a"]
    assert [message.body for message in spool.take()[1]] == ["late"]
    assert publisher.counters["left_in_outbox"] == 1


def test_files_of_a_process_that_died_are_sent_by_the_next(spool, tmp_path, topic):
    spool.add([single("a"), single("b")])
    assert spool.take()
    assert spool.take() is None

    publisher = Publisher(Delivery(topic), Spool(str(tmp_path / "spool"), limit=100_000))
    publisher.start()

    wait_until(lambda: topic.taken == ["a", "b"])
    publisher.close(1)


def test_a_file_is_sent_by_one_process_only(spool, tmp_path):
    spool.add([single("a")])
    other = Spool(str(tmp_path / "spool"), limit=100_000)

    assert [bool(spool.take()), bool(other.take())] == [True, False]


def test_what_is_on_disk_is_for_its_owner_only(spool, tmp_path):
    spool.add([single("a")])

    (file,) = (tmp_path / "spool").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert (tmp_path / "spool").stat().st_mode & 0o077 == 0
