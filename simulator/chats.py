"""What becomes of chats: how they come, wait, are offered, talked, and end (`multimedia.md` 8.1, 8.3)."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Final

from actors.vocabulary.times import US_PER_SECOND
from simulator.centre import Service
from simulator.dice import Dice
from simulator.interaction_server import InteractionServer
from simulator.interactions import Interaction, Login, Party
from simulator.media_routing import MediaRouting
from simulator.schedule import Process, Schedule

CHATS: Final = 0.25
"""Chats, as a share of the calls that customers make."""
TALK_S: Final = 100.0
LOOK_AGAIN_US: Final = US_PER_SECOND
OFFERS_MAX: Final = 3
"""Agents that a chat is offered to before it waits again."""


class Chats:
    """The stories of all chats, told as processes.

    An agent may log out at any moment: whoever comes back to a chat looks whether it is still the agent's.

    Args:
        server: where they happen.
        schedule: runs them.
        dice: how they go.
        services: what customers ask for.
    """

    def __init__(self, server: InteractionServer, schedule: Schedule, dice: Dice, services: Sequence[Service]) -> None:
        self._server = server
        self._queues = server.queues
        self._offers = server.offers
        self._schedule = schedule
        self._dice = dice
        self._services = services
        self._routing = MediaRouting(services)
        self._talks = {
            self._end: 60.0,
            self._talk_with_data: 15.0,
            self._transfer: 10.0,
            self._confer: 8.0,
            self._ask_a_coach: 5.0,
            self._pass_on: 4.0,
        }

    def customers(self, calls_per_second: float) -> Process:
        """Customers write, one after the other, by chance."""
        while True:
            yield self._dice.gap_us(1 / (CHATS * calls_per_second))
            service = self._dice.one_of(self._services)
            self.go_on(self._queues.submit(service, {"ServiceType": service.name}))

    def seat(self, login: Login) -> None:
        """An agent is there for chats."""
        self._routing.seat(login)

    def unseat(self, login: Login) -> None:
        """An agent is there no more."""
        self._routing.unseat(login)

    def go_on(self, chat: Interaction) -> None:
        """A chat waits, for the first time or again."""
        self._schedule.start(self._wait(chat))

    def _wait(self, chat: Interaction) -> Process:
        patience_us = self._dice.around_us(60)
        yield self._dice.between_us(0.2, 1)
        while self._routing.find(chat.service) is None:
            if patience_us <= 0:
                yield from self._give_up(chat)
                return
            yield LOOK_AGAIN_US
            patience_us -= LOOK_AGAIN_US
        self._queues.take(chat)
        yield self._dice.between_us(0.1, 1)
        yield from self._offer(chat)

    def _give_up(self, chat: Interaction) -> Process:
        self._queues.give_up(chat)
        yield self._dice.between_us(0.5, 3)
        self._queues.stop(chat)

    def _offer(self, chat: Interaction) -> Process:
        is_let_go = self._dice.chance(0.2)
        if is_let_go:
            self._queues.let_go(chat)
        for _ in range(OFFERS_MAX):
            login = self._routing.find(chat.service)
            if login is None:
                break
            party = self._offers.invite(chat, login)
            end = self._dice.weighted(("accepted", "rejected", "missed", "given up"), (84, 6, 6, 4))
            yield self._dice.between_us(10, 20) if end == "missed" else self._dice.between_us(1, 7)
            if party.is_over:
                return
            if end == "accepted":
                self._offers.accept(party)
                if not is_let_go:
                    self._queues.let_go(chat)
                yield from self._talk(party)
                return
            if end == "given up":
                self._queues.give_up(chat)
                self._offers.withdraw(party)
                self._queues.stop(chat)
                return
            self._say_no(party, is_missed=end == "missed")
        self._wait_again(chat)

    def _say_no(self, party: Party, *, is_missed: bool) -> None:
        if not is_missed:
            self._offers.decline(party, "EventRejected", {"Reason": "NotMine"})
            return
        self._offers.decline(party, "EventRevoked", {"Reason": "TimedOut"})
        if self._dice.chance(0.5):
            self._server.desks.get_unready(party.login, {"Reason": "InvitationTimeout"})

    def _wait_again(self, chat: Interaction) -> None:
        self._queues.place(chat, chat.queue)
        self.go_on(chat)

    def _talk(self, party: Party) -> Process:
        yield self._dice.around_us(TALK_S / 2)
        if not party.is_over:
            yield from self._dice.weighted(list(self._talks), list(self._talks.values()))(party)

    def _end(self, party: Party) -> Process:
        yield self._dice.around_us(TALK_S / 2)
        if party.is_over:
            return
        chat = party.interaction
        if self._dice.chance(0.5):
            self._queues.give_up(chat)
        self._offers.leave(party, "Stop")
        if not chat.parties:
            self._queues.stop(chat, party.login)

    def _talk_with_data(self, party: Party) -> Process:
        self._queues.attach(party.interaction, {"Outcome": self._dice.one_of(("Resolved", "CallBack", "Sale"))})
        yield from self._end(party)

    def _transfer(self, party: Party) -> Process:
        theirs = yield from self._with_colleague(party, "Transfer")
        if theirs is None:
            yield from self._end(party)
        else:
            self._offers.leave(party, "Transfer")
            yield from self._end(theirs)

    def _confer(self, party: Party) -> Process:
        theirs = yield from self._with_colleague(party, "Conference")
        if theirs is not None:
            yield self._dice.around_us(30)
            if party.is_over:
                yield from self._end(theirs)
                return
            if not theirs.is_over:
                self._offers.leave(theirs, "Leave")
        yield from self._end(party)

    def _ask_a_coach(self, party: Party) -> Process:
        theirs = yield from self._with_colleague(party, "Coach")
        if theirs is not None:
            yield self._dice.around_us(20)
            if not party.is_over:
                self._offers.stop_coaching(party.interaction, theirs.login)
        yield from self._end(party)

    def _pass_on(self, party: Party) -> Process:
        yield self._dice.between_us(1, 5)
        if party.is_over:
            return
        chat = party.interaction
        chat.service = self._dice.one_of(self._services)
        self._offers.leave(party, "PlaceInQueue")
        self._queues.place(chat, chat.service.queue_of(chat.media_type), party.login)
        self.go_on(chat)

    def _with_colleague(self, party: Party, operation: str) -> Generator[int, None, Party | None]:
        """Asks a colleague to take it, or for company; None where nobody comes."""
        chat = party.interaction
        colleague = self._routing.find(chat.service, besides=party.login)
        if colleague is None:
            return None
        theirs = self._offers.invite(chat, colleague, operation, party.login)
        yield self._dice.between_us(2, 8)
        if theirs.is_over:
            return None
        if party.is_over:
            self._offers.decline(theirs, "EventRevoked", {"Reason": "Withdrawn"})
            self._wait_again(chat)
            return None
        if self._dice.chance(0.15):
            self._offers.decline(theirs, "EventRejected", {"Reason": "Busy"})
            return None
        self._offers.accept(theirs)
        return theirs
