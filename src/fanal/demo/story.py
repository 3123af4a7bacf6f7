"""Plans the made-up operation: who is in it, what was seized of them and which series there are.

The same size and seed give the same story, and nothing in it is drawn or written yet.
"""

from random import Random

from fanal.demo.cast import Series, Story
from fanal.demo.story_people import bodies, setups, suspects
from fanal.demo.story_series import all_series

__all__ = ["LEAST", "Series", "Story", "plan_story"]

LEAST = 200
"""Contents of the smallest story that holds one series of each way."""


def plan_story(size: int, seed: int) -> Story:
    """Return the story of an operation of `size` contents."""
    random = Random(f"fanal story {seed} {size}")
    people = suspects(random, min(200, 3 + size // 800))
    cameras = bodies(random, people)
    tools = setups(random, people)
    empty = Story(size, seed, people, cameras, tools, ())
    return Story(size, seed, people, cameras, tools, all_series(empty, random))
