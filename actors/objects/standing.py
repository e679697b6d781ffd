"""The one status an object has: its name, since when, with which attributes (`semantics.md` 4).

A status begins when its name becomes the object's and lasts while the name stays, whoever gives it.
"""

from __future__ import annotations

import msgspec

from actors.statistics.changes import Attributes, StatusChanged


class Standing(msgspec.Struct):
    """The status of `holder`, as `subject` counts it; what changes is told as a `StatusChanged`.

    `order` is that of the message that the present status began with, `given_us` the begin of the action that gives it;
    `calls` and `agent_id` are of a DN.
    """

    subject: str
    holder: str
    status: str
    since_us: int = 0
    reasons_since_us: int = 0
    attributes: Attributes = Attributes()
    order: int = 0
    given_us: int = 0
    calls: int = 0
    agent_id: str = ""

    def update(
        self, order: int, time_us: int, status: str, attributes: Attributes, given_us: int = 0
    ) -> StatusChanged | None:
        """Takes the status as it is after an input; what to tell, if anything changed."""
        old = self.status
        self.given_us = given_us
        if status == old and attributes == self.attributes:
            return None
        if status != old:
            self.status = status
            self.since_us = self.reasons_since_us = time_us
            self.order = order
        elif attributes.reasons != self.attributes.reasons:
            self.reasons_since_us = time_us
        self.attributes = attributes
        return self.told(order, time_us, old)

    def seen(self, time_us: int) -> StatusChanged:
        """The status as it stands, for a statistic that is opened."""
        return self.told(self.order, time_us, "")

    def told(self, order: int, time_us: int, old: str) -> StatusChanged:
        """The status as it is told, after `old`."""
        return StatusChanged(
            order,
            time_us,
            self.subject,
            self.holder,
            old,
            self.status,
            self.since_us,
            self.reasons_since_us,
            self.attributes,
            self.given_us,
            self.calls,
            self.agent_id,
        )
