"""`statserver` with a fault: events of a call whose user data have `Poison` kill whoever at the DN handles them."""

from __future__ import annotations

from typing import Any

from actors.objects.dn import DnActor
from actors.objects.messages import DnEvent
from runtime.launcher import main

on_event = DnActor.handles[DnEvent]


def fails_on_poison(actor: Any, message: DnEvent) -> None:
    on_event(actor, message)
    if (message.event.user_data or {}).get("Poison"):
        raise ValueError("poisoned")


if __name__ == "__main__":
    DnActor.handles = {**DnActor.handles, DnEvent: fails_on_poison}
    main()
