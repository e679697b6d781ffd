"""The one status an object has: its name, since when, with which attributes (`semantics.md` 4).

A status begins when its name becomes the object's and lasts while the name stays, whoever gives it.
"""

from __future__ import annotations

import msgspec

from actors.statistics.changes import Attributes, StatusChanged


class Standing(msgspec.Struct):
    """The status of `holder`, as `subject` counts it; what changes is told as a `StatusChanged`."""

    subject: str
    holder: str
    status: str
    since_us: int = 0
    reasons_since_us: int = 0
    attributes: Attributes = Attributes()

    def update(self, order: int, time_us: int, status: str, attributes: Attributes) -> StatusChanged | None:
        """Takes the status as it is after an input; what to tell, if anything changed."""
        old = self.status
        if status == old and attributes == self.attributes:
            return None
        if status != old:
            self.status = status
            self.since_us = self.reasons_since_us = time_us
        elif attributes.reasons != self.attributes.reasons:
            self.reasons_since_us = time_us
        self.attributes = attributes
        return self.told(order, time_us, old)

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
        )
