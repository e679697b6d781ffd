"""What becomes of e-mails: how they wait, are pulled, put aside, answered, and sent (`multimedia.md` 8.2)."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final

from actors.vocabulary.times import US_PER_SECOND
from simulator.centre import OUTGOING, Service
from simulator.dice import Dice
from simulator.interaction_server import InteractionServer
from simulator.interactions import Interaction, Login, Party
from simulator.media_routing import MediaRouting, is_free
from simulator.schedule import Process, Schedule

MAILS: Final = 0.15
"""E-mails, as a share of the calls that customers make."""
READING_S: Final = 40.0
WRITING_S: Final = 60.0
LOOK_AGAIN_US: Final = US_PER_SECOND


class Mails:
    """The stories of all e-mails, told as processes; most are pulled by agents, some are routed to them.

    An agent may log out at any moment: whoever comes back to an e-mail looks whether it is still the agent's.

    Args:
        server: where they happen.
        schedule: runs them.
        dice: how they go.
        services: what customers write for.
    """

    def __init__(self, server: InteractionServer, schedule: Schedule, dice: Dice, services: Sequence[Service]) -> None:
        self._queues = server.queues
        self._offers = server.offers
        self._schedule = schedule
        self._dice = dice
        self._services = services
        self._routing = MediaRouting(services)
        self._waiting: dict[str, deque[Interaction]] = {service.name: deque() for service in services}
        self._ways = {self._reply: 50.0, self._reply_later: 20.0, self._only_stop: 15.0, self._pass_on: 15.0}

    def customers(self, calls_per_second: float) -> Process:
        """Customers write, one after the other, by chance."""
        while True:
            yield self._dice.gap_us(1 / (MAILS * calls_per_second))
            service = self._dice.one_of(self._services)
            mail = self._queues.submit(service, {"ServiceType": service.name})
            if self._dice.chance(0.3):
                self._schedule.start(self._route(mail))
            else:
                self.go_on(mail)

    def seat(self, login: Login) -> None:
        """An agent is there for e-mails."""
        self._routing.seat(login)
        self._schedule.start(self._work(login))

    def unseat(self, login: Login) -> None:
        """An agent is there no more."""
        self._routing.unseat(login)

    def go_on(self, mail: Interaction) -> None:
        """An e-mail waits, for the first time or again, until somebody pulls it."""
        self._waiting[mail.service.name].append(mail)

    def _route(self, mail: Interaction) -> Process:
        yield self._dice.between_us(1, 5)
        login = self._routing.find(mail.service)
        if login is None:
            self.go_on(mail)
            return
        self._queues.take(mail)
        party = self._offers.invite(mail, login)
        yield self._dice.between_us(2, 10)
        if party.is_over:
            return
        if self._dice.chance(0.2):
            self._offers.decline(party, "EventRejected", {"Reason": "NotMine"})
            self._queues.place(mail, mail.queue)
            self.go_on(mail)
            return
        self._offers.accept(party)
        self._queues.let_go(mail)
        yield from self._answer(party)

    def _work(self, login: Login) -> Process:
        """An agent looks for e-mails, and writes one of his own now and then."""
        while True:
            yield self._dice.around_us(15)
            if not login.is_there:
                return
            if is_free(login):
                mail = self._longest_waiting(login)
                if mail is not None:
                    self._schedule.start(self._answer(self._pulled(mail, login)))
                elif self._dice.chance(0.01):
                    self._schedule.start(self._write(login))

    def _longest_waiting(self, login: Login) -> Interaction | None:
        waiting = [self._waiting[service.name] for service in login.staff.services if self._waiting[service.name]]
        return min(waiting, key=lambda mails: mails[0].entered_us).popleft() if waiting else None

    def _pulled(self, mail: Interaction, login: Login) -> Party:
        self._queues.take(mail, login)
        return self._offers.pull(mail, login)

    def _answer(self, party: Party) -> Process:
        yield self._dice.around_us(READING_S)
        if not party.is_over:
            yield from self._dice.weighted(list(self._ways), list(self._ways.values()))(party)

    def _reply(self, party: Party) -> Process:
        mail, login = party.interaction, party.login
        reply = self._queues.submit_own(login, mail.service, reply_to=mail)
        theirs = self._offers.create(reply, login)
        yield self._dice.around_us(WRITING_S)
        if not theirs.is_over:
            self._send_off(theirs)
            yield from self._only_stop(party)

    def _reply_later(self, party: Party) -> Process:
        mail, login = party.interaction, party.login
        self._offers.leave(party, "PlaceInWorkbin")
        self._queues.put_aside(mail, login)
        yield self._dice.around_us(2 * WRITING_S)
        while login.is_there and not is_free(login):
            yield LOOK_AGAIN_US
        if login.is_there:
            yield from self._reply(self._pulled(mail, login))
        else:
            self.go_on(mail)

    def _only_stop(self, party: Party) -> Process:
        yield self._dice.between_us(0.5, 3)
        if not party.is_over:
            self._offers.leave(party, "Stop")
            self._queues.stop(party.interaction, party.login)

    def _pass_on(self, party: Party) -> Process:
        yield self._dice.between_us(0.5, 3)
        if not party.is_over:
            mail = party.interaction
            mail.service = self._dice.one_of(self._services)
            self._offers.leave(party, "PlaceInQueue")
            self._queues.place(mail, mail.service.queue_of(mail.media_type), party.login)
            self.go_on(mail)

    def _write(self, login: Login) -> Process:
        party = self._offers.create(self._queues.submit_own(login, self._dice.one_of(self._services)), login)
        yield self._dice.around_us(WRITING_S)
        if not party.is_over:
            self._send_off(party)

    def _send_off(self, party: Party) -> None:
        self._offers.leave(party, "PlaceInQueue")
        self._queues.place(party.interaction, OUTGOING, party.login)
        self._schedule.start(self._send(party.interaction))

    def _send(self, mail: Interaction) -> Process:
        yield self._dice.between_us(0.5, 2)
        self._queues.take(mail)
        yield self._dice.between_us(0.2, 1)
        self._queues.ask_to_send(mail, is_answer=False)
        yield self._dice.between_us(0.2, 1)
        self._queues.ask_to_send(mail, is_answer=True)
        self._queues.let_go(mail)
        self._queues.stop(mail)
