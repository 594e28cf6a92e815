"""The restaurant's tables and how one is chosen: plain functions, so that they can be tried without a bot."""

import re
from typing import Optional

TABLES = {2: "the window table", 4: "the round table", 6: "the long table", 10: "the garden room"}
WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}


def people(text: Optional[str]) -> Optional[int]:
    """Read a party's size from what the guest said; None when there is no number in it."""
    digits = re.search(r"\d+", text or "")
    return int(digits.group()) if digits else WORDS.get((text or "").strip().lower())


def smallest_table(size: int) -> Optional[str]:
    """Name the smallest table that seats `size` people; None when the party is too large for any."""
    fitting = [seats for seats in sorted(TABLES) if seats >= size]
    return TABLES[fitting[0]] if fitting else None
