"""The whole server, deterministically: what goes wrong is drawn from a seed, and every value must be the oracle's.

A seed decides a *plan* (`plan`): a random day of the oracle's contact centre (`day`), what clients ask, and a list of
faults. The day happens at a switch (`tserver`), whether the server listens or not. The server is `actors.server.Server`
itself, with all of its actors, its journal and its snapshots in LMDB (`process`); time is the simulation's, a seeded
scheduler draws which actor of a level runs next, how large a batch is and in which pieces bytes arrive (`scheduler`),
and instead of sockets there are a connection in memory and sessions without one (`tserver`, `client`).

What can go wrong:

| fault | |
| --- | --- |
| an actor raises | before, anywhere in, or after the handling of a message; kinds: `plan.KILLED` |
| the process dies | at any write of LMDB: before it is begun, before it is committed, after that (`disk`) |
| the server is stopped | and started again, at once or later |
| the disk is full | for some tries |
| the link | breaks within a line, repeats, skips, reorders, garbles lines; falls silent; is away |
| a client | stops reading, or vanishes |
| the server's clock | jumps |
| the configuration | is read again: the same, another, a broken one |

What must hold (`simulation`): lines count once and in order, what the journal has of the last batch all or nothing
(`record`); every value that was asked for is the oracle's, and so is what a client was told last that hears of each
change; in the end no actor, link, file, session, statistic or wish is left.

    python -m tests.simulation 1234              # runs a seed; if it fails, with the faults it takes and no others
    python -m tests.simulation 1234 --only=2,5   # runs it with these of its faults
    python -m tests.simulation 0 --count 1000    # runs many, up to the first that fails
"""
