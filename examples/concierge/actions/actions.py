"""The concierge's own action, run by a rasa-sdk action server."""

from typing import Any, Dict, List

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from .tables import people, smallest_table


class ActionFindTable(Action):
    """Finds a table for the party, says so, and remembers it in the slot `table`."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_find_table"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> List[Dict[str, Any]]:
        """Answer with the table, or ask for another size; a booking starts afresh next time."""
        size, time = people(tracker.get_slot("party_size")), tracker.get_slot("time")
        table = smallest_table(size) if size else None
        if table:
            dispatcher.utter_message(text=f"Done: {table} for {size} at {time}. We look forward to seeing you!")
        else:
            dispatcher.utter_message(text="I have no table for so many. Please call us, and we find a way.")
        return [SlotSet("table", table), SlotSet("party_size", None), SlotSet("time", None)]
