"""What the switch says about what happens: T-Server events with all their attributes (`sources.md` 1)."""

from __future__ import annotations

from typing import Any

from actors.vocabulary.events import TServerEvent
from actors.vocabulary.times import seconds
from simulator.books import AGENT, REGULAR_DN
from simulator.floor import Line, Party, Staff
from simulator.told import Told


class Wire(Told[TServerEvent]):
    """Where the acts of the switch become events, and where they are written into the books."""

    def of_link(self, event: str) -> None:
        """Tells an event that names no DN."""
        self._told.append(TServerEvent(event, seconds(self.now_us)))

    def of_line(self, event: str, line: Line, **attributes: Any) -> None:
        """Tells an event of a line or its agent, with further attributes."""
        staff = line.staff
        self._told.append(
            TServerEvent(
                event,
                seconds(self.now_us),
                this_dn=line.number,
                agent_id=staff.agent.login if staff else "",
                **attributes,
            )
        )

    def of_party(self, event: str, party: Party, **attributes: Any) -> None:
        """Tells an event of a call at a line: all that is known of the party, then `attributes` (they win)."""
        call, staff = party.call, party.line.staff
        known: dict[str, Any] = {
            "other_dn": party.other_dn,
            "this_queue": party.this_queue,
            "agent_id": staff.agent.login if staff else "",
        }
        if call.previous is not None:
            known["previous_conn_id"] = call.previous.conn_id
            known["propagated_call_type"] = call.previous.call_type
        known.update(attributes)
        self._told.append(
            TServerEvent(
                event,
                seconds(self.now_us),
                this_dn=party.line.number,
                conn_id=call.conn_id,
                call_type=call.call_type,
                this_dn_role=party.role,
                ani=call.ani,
                dnis=call.dnis,
                user_data=call.user_data,
                **known,
            )
        )

    def book_line(self, line: Line, staff: Staff | None, action: str, duration_us: int = 0) -> None:
        """Writes down an action at a regular DN: for the DN, and for the agent it belongs to."""
        self._books.count(REGULAR_DN, line.number, action, duration_us)
        if staff is not None:
            self._books.count(AGENT, staff.agent.employee_id, action, duration_us)

    def book_party(self, party: Party, action: str, duration_us: int = 0) -> None:
        """Writes down an action of a call: it belongs to the agent who was there when the call came."""
        self.book_line(party.line, party.staff, action, duration_us)

    def book_queue(self, line: Line, action: str, duration_us: int = 0) -> None:
        """Writes down an action at a queue, routing point or virtual queue."""
        self._books.count(line.object_type, line.number, action, duration_us)
