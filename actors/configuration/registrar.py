"""The actor that carries out what the configuration has become: one difference, as one input that runs alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from actors.configuration.difference import Reconfigured
from runtime.actor import Actor
from runtime.mail import Input


class RegistrarActor(Actor):
    """Stands below everybody whom a change concerns, so that they all hear of it in the pass that brings it.

    Args:
        carry_out: does it, given the change, the order of the input and its time.
    """

    level = 0

    def __init__(self, carry_out: Callable[[Reconfigured, int, int], None]) -> None:
        super().__init__()
        self.carry_out = carry_out

    def on_input(self, message: Input) -> None:
        """The configuration has changed."""
        self.carry_out(message.payload, message.order, message.time_us)

    handles: ClassVar = {Input: on_input}
