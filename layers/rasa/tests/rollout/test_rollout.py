"""A serving Rasa takes up new models: real models, real agent, a model server that the test controls."""

import asyncio
import copy
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
from rasa.core.agent import Agent
from rasa.utils.endpoints import EndpointConfig
from support.models import Shelf, served, small_model

from parlance_rasa.rollout import beside
from parlance_rasa.rollout.keep import Keep
from parlance_rasa.rollout.rollout import RollOut
from parlance_rasa.rollout.server import ModelServer


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """Two models: one says `first`, the other `second`."""
    folders = [tmp_path_factory.mktemp(name) for name in ("first", "second")]
    return [small_model(folder, folder.name[:-1]) for folder in folders]


@pytest.fixture
def place(tmp_path):
    shelf = Shelf()
    with served(shelf) as url:
        yield Place(shelf, url, str(tmp_path / "kept"))


class Place:
    """A Rasa server's agent beside a model server."""

    def __init__(self, shelf, url, kept):
        self.shelf, self.kept = shelf, kept
        self.server = ModelServer(EndpointConfig(url, token="t"))
        self.restart()

    def restart(self):
        self.agent, self.rollout = Agent(), RollOut(Keep(self.kept), "production")

    async def pull(self):
        """Pull once, as Rasa's scheduler does, and wait until the background has done its work."""
        await self.rollout.update(self.server, self.agent)
        await self.rollout._loading

    async def answer(self, sender="ada"):
        [said] = await self.agent.handle_text("hello", sender_id=sender)
        return said["text"]


def tear(path):
    with open(path, "wb") as file:
        file.write(b"torn")


def states(shelf):
    return [(verdict["state"], verdict["etag"]) for verdict in shelf.verdicts]


def test_a_new_model_goes_live_and_is_fetched_once(place, models, run):
    async def story():
        place.shelf.path = models[0]
        await place.pull()
        before = await place.answer()
        place.shelf.path = models[1]
        await place.pull()
        await place.pull()
        return before, await place.answer(), await place.answer("bob")

    assert run(story()) == ("first", "second", "second")
    assert place.shelf.downloads == 2
    assert [state for state, _ in states(place.shelf)] == ["live", "live"]
    assert place.shelf.verdicts[1]["etag"] == place.shelf.etag.strip('"')


def test_the_event_loop_goes_on_while_a_model_is_loaded(place, models, run, monkeypatch):
    async def story():
        place.shelf.path = models[0]
        await place.pull()
        place.shelf.path = models[1]
        began, ended = asyncio.Event(), asyncio.Event()
        loop, load = asyncio.get_running_loop(), beside.load_beside

        def watched(*given):
            loop.call_soon_threadsafe(began.set)
            asyncio.run_coroutine_threadsafe(ended.wait(), loop).result(120)
            return load(*given)

        monkeypatch.setattr("parlance_rasa.rollout.rollout.load_beside", watched)
        await place.rollout.update(place.server, place.agent)
        await began.wait()
        meanwhile = await place.answer()
        await place.rollout.update(place.server, place.agent)  # the scheduler's next round finds it busy
        ended.set()
        await place.rollout._loading
        return meanwhile, await place.answer()

    assert run(story()) == ("first", "second")
    assert place.shelf.downloads == 2


def test_a_model_that_does_not_load_changes_nothing_and_is_reported_once(place, models, run, tmp_path):
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"no model")

    async def story():
        place.shelf.path = models[0]
        await place.pull()
        place.shelf.path = str(broken)
        for _ in range(3):
            await place.pull()
        still = await place.answer()
        place.shelf.path = models[1]
        await place.pull()
        return still, await place.answer()

    assert run(story()) == ("first", "second")
    assert [state for state, _ in states(place.shelf)] == ["live", "refused", "live"]
    assert place.shelf.verdicts[1]["error"]["code"] == "ModelNotFound"
    assert place.shelf.downloads == 3


def test_a_model_that_loads_and_cannot_answer_is_refused(place, models, run, monkeypatch):
    async def fail(_):
        raise RuntimeError("no answer")

    async def story():
        place.shelf.path = models[0]
        await place.pull()
        monkeypatch.setattr(beside, "_try_out", fail)
        place.shelf.path = models[1]
        await place.pull()
        return await place.answer()

    assert run(story()) == "first"
    assert place.shelf.verdicts[1]["error"] == {"code": "RuntimeError", "message": "no answer"}


def test_a_tag_that_comes_back_to_a_refused_model_gives_it_another_chance(place, models, run, tmp_path, monkeypatch):
    healed = tmp_path / "model.tar.gz"
    shutil.copy(models[1], healed)

    async def story():
        place.shelf.path = models[0]
        await place.pull()
        with monkeypatch.context() as patch:
            patch.setattr("parlance_rasa.rollout.rollout.load_beside", lambda *_: 1 / 0)
            place.shelf.path = str(healed)
            await place.pull()
        place.shelf.path = models[0]
        await place.pull()
        place.shelf.path = str(healed)
        await place.pull()
        return await place.answer()

    assert run(story()) == "second"


def test_a_restarted_rasa_has_its_model_while_the_workbench_is_away(place, models, run):
    async def story():
        place.shelf.path = models[0]
        await place.pull()
        place.restart()
        place.shelf.is_up = False
        await place.pull()
        alone = await place.answer()
        place.shelf.is_up = True
        place.shelf.path = models[1]
        await place.pull()
        return alone, await place.answer()

    assert run(story()) == ("first", "second")


def test_a_restart_fetches_nothing_that_it_has_and_recovers_from_a_torn_copy(place, models, run):
    async def story():
        place.shelf.path = models[0]
        await place.pull()
        place.restart()
        await place.pull()
        assert place.shelf.downloads == 1
        tear(Keep(place.kept).find().path)
        place.restart()
        await place.pull()
        assert not place.agent.is_ready()
        await place.pull()
        return await place.answer()

    assert run(story()) == "first"


def test_without_a_model_rasa_waits_and_says_so_to_nobody(place, run):
    run(place.pull())

    assert not place.agent.is_ready()
    assert place.shelf.verdicts == []


def test_verdicts_wait_for_a_workbench_that_is_away(place, models, run):
    async def story():
        place.shelf.path = models[0]
        await place.pull()
        place.rollout._verdicts.append({"state": "refused"})
        place.shelf.is_up = False
        await place.pull()
        kept = list(place.rollout._verdicts)
        place.shelf.is_up = True
        await place.pull()
        return kept

    assert run(story()) == [{"state": "refused"}]
    assert place.shelf.verdicts[-1] == {"state": "refused"}


def test_a_turn_ends_with_the_model_that_it_began_with(place, models, run):
    async def story():
        place.shelf.path = models[0]
        await place.pull()
        turn = copy.copy(place.agent)  # what a turn that has begun holds: processor, responses, slots
        place.shelf.path = models[1]
        await place.pull()
        assert turn.processor.tracker_store.domain is not place.agent.processor.tracker_store.domain
        [said] = await turn.handle_text("hello", sender_id="carl")
        return said["text"], await place.answer("carl")

    assert run(story()) == ("first", "second")


def test_a_training_on_another_thread_keeps_its_gradients(monkeypatch):
    from rasa.utils.tensorflow.models import RasaModel

    from parlance_rasa.rollout.quick import without_gradients

    monkeypatch.setattr(RasaModel, "train_step", lambda *_: "trained")
    with without_gradients(), ThreadPoolExecutor(1) as other:
        assert other.submit(RasaModel.train_step, None, None).result() == "trained"
        with pytest.raises(AttributeError):
            RasaModel.train_step(None, None)
    assert RasaModel.train_step(None, None) == "trained"
