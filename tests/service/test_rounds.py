"""Rounds: a step that raises is taken again, and stopping ends the thread at once."""

from __future__ import annotations

import threading
import time

from service.rounds import Rounds


def test_an_outage_does_not_end_the_rounds() -> None:
    taken: list[int] = []
    again = threading.Event()

    def step() -> None:
        taken.append(1)
        if len(taken) == 1:
            raise OSError("the database is away")
        again.set()

    rounds = Rounds("rules", step, every_s=0.01)
    rounds.start()
    assert again.wait(5)
    rounds.stop()
    seen = len(taken)
    time.sleep(0.05)
    assert len(taken) == seen


def test_rounds_that_are_stopped_before_their_first_turn_take_none() -> None:
    taken: list[int] = []
    rounds = Rounds("incidents", lambda: taken.append(1), every_s=60, first_after_s=60)
    rounds.start()
    rounds.stop()
    assert not taken
