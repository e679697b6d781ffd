"""The `statserver` command line: puts the server together and hands over (`protocols.md` 7)."""

from __future__ import annotations

import logging
import os
import signal
import sys
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Any

import click

from actors.vocabulary.errors import ConfigurationError, StatServerError
from runtime.dead_letters_command import dead_letters
from runtime.journal_commands import data_option, journal
from statclient._link import DEFAULT_SERVER
from statclient._version import VERSION

INSTALLED_CONF = Path(sysconfig.get_path("data")) / "share" / "statserver" / "conf"


def default_conf() -> Path:
    """`conf` here, else the small contact centre that is installed with the package."""
    here = Path("conf")
    return here if here.is_dir() else INSTALLED_CONF


class UnusableError(click.ClickException):
    """Input that cannot be used: what, and where; exit code 2."""

    exit_code = 2


@contextmanager
def _faults_shown() -> Iterator[None]:
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read what we print has seen enough: click ends quietly
        raise
    except ConfigurationError as error:
        raise UnusableError(f"the configuration cannot be used:\n{error}") from None
    except (StatServerError, OSError, ValueError) as error:
        raise UnusableError(str(error)) from None


def _shows_faults(command: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(command)
    def shown(*args: Any, **kwargs: Any) -> Any:
        with _faults_shown():
            return command(*args, **kwargs)

    return shown


conf_option = click.option(
    "--conf",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=default_conf,
    help="Folder with environment.toml and statserver.cfg. Default: ./conf, else the contact centre installed with it.",
)


def _token_in(_context: click.Context, _option: click.Parameter, name: str) -> str:
    if name and name not in os.environ:
        raise click.BadParameter(f"there is no environment variable {name}")
    return os.environ[name] if name else ""


server_option = click.option(
    "--server", metavar="HOST:PORT", default=DEFAULT_SERVER, show_default=True, help="The stat server to ask."
)
token_option = click.option(
    "--token-env",
    "token",
    default="",
    callback=_token_in,
    help="Environment variable that holds the server's token.",
)
format_option = click.option(
    "--format",
    type=click.Choice(["table", "json", "csv"]),
    default=None,
    help="Default: a table on a terminal, else JSON lines.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="statserver")
@click.option("-v", "--verbose", is_flag=True, help="Log more.")
def main(*, verbose: bool) -> None:
    """A stat server for contact centres.

    It listens to the switch and knows what every agent, place, group and queue is doing now, and did since; and tells
    whoever opens a statistic over its socket.

    \b
    statserver check                                  is the configuration right?
    statserver run                                    start the server
    statserver peek Queue:sales@pbx1 WaitingNow       ask it something
    statserver watch GroupAgents:Everybody CallsInbound TalkInbound
    """  # noqa: D301 - click keeps the lines after a real backspace as they are
    level = logging.DEBUG if verbose else logging.INFO
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("pykka").setLevel(logging.WARNING)


@main.command()
@conf_option
def check(conf: Path) -> None:
    """Say what is wrong with a configuration, one `file:line: reason` each; exit 1 if anything is.

    What is right but not used is said on standard error. Nothing is printed where all is well.
    """
    from actors.configuration.check import faults_of
    from actors.configuration.load import read

    loaded = read(conf)
    for warning in loaded.warnings:
        click.echo(f"warning: {warning}", err=True)
    faults = faults_of(loaded)
    for fault in faults:
        click.echo(str(fault))
    if faults:
        sys.exit(1)


@main.command()
@conf_option
@data_option
@click.option(
    "--restore-from",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A backup, of this server or another, to begin with; the folder of --data must have no values yet.",
)
@_shows_faults
def run(conf: Path, data: Path, restore_from: Path | None) -> None:
    """Run the server until SIGTERM or Ctrl-C; SIGHUP reads the configuration again.

    It says where it listens as soon as it does, and goes on with the values that it had when it ended.

    \b
    statserver run --conf centre --data /var/lib/statserver
    """  # noqa: D301
    from actors.server import run as run_server

    sys.exit(run_server(conf, data, restore_from=restore_from, report=click.echo))


@main.group()
def config() -> None:
    """The configuration of a server that runs."""


@config.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@conf_option
@server_option
@token_option
@_shows_faults
def apply(file: Path | None, conf: Path, server: str, token: str) -> None:
    """Check a changed configuration, and have a running server take it over at once.

    FILE, a .toml or a .cfg, is put in the place of environment.toml or statserver.cfg in the folder, if all is in
    order; without FILE the folder is taken as it is. What is wrong is said, one `file:line: reason` each, and exit 1.
    """
    from actors.configuration.apply import installed
    from statclient import StatClient, StatClientError

    faults = installed(file, conf)
    for fault in faults:
        click.echo(str(fault))
    if faults:
        sys.exit(1)
    try:
        with StatClient(server, client="statserver config apply", token=token, reconnects_max=0) as client:
            changes = client.read_configuration()
    except StatClientError as error:
        raise click.ClickException(str(error)) from None
    for table, counts in changes.items():
        click.echo(f"{table}: " + ", ".join(f"{count} {what}" for what, count in counts.items()))
    if not changes:
        click.echo("the contact centre is as it was")


@main.command()
@click.argument("recordings", nargs=-1, required=True, metavar="RECORDING...")
@conf_option
@click.option(
    "--open",
    "open_",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    required=True,
    help="JSON Lines of OpenStatistic requests, each with a ref.",
)
@click.option(
    "--at", multiple=True, metavar="TIME", help="Read then: epoch seconds, ISO 8601, or +SECONDS. Repeatable."
)
@format_option
@_shows_faults
def replay(recordings: Sequence[str], conf: Path, open_: Path, at: Sequence[str], format: str | None) -> None:  # noqa: A002
    """Feed recordings through the server on simulated time, and print what the statistics came to.

    A RECORDING is a .jsonl (T-Server) or .ami (Asterisk) file, gzipped or not; NAME=FILE says which configured source
    it stands for. Statistics are opened before the first event, and read after the last one or at each --at.

    \b
    statserver replay monday.ami.gz --open asked.jsonl --at +3600
    where a line of asked.jsonl is
    {"request":"OpenStatistic","ref":1,"object":{"type":"Queue","id":"sales@pbx1"},"statistic":"Entered"}
    """  # noqa: D301
    from actors.readings import replay_files

    replay_files(recordings, conf, open_, at, format, sys.stdout, sys.stderr)


@main.command()
@click.argument("source")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@conf_option
@_shows_faults
def record(source: str, file: Path, conf: Path) -> None:
    """Follow one source and write what its link carries, until Ctrl-C.

    SOURCE is the name of a [[source]] in environment.toml. FILE ends in .jsonl for a T-Server, in .ami for an Asterisk;
    with .gz behind it is gzipped. `statserver replay` plays it.

    \b
    statserver record asterisk-1 monday.ami.gz
    """  # noqa: D301
    from actors.recording import record_source

    record_source(source, file, conf, report=lambda line: click.echo(line, err=True))


def _asks(command: Callable[..., None]) -> Callable[..., None]:
    """What `peek` and `watch` share: their options, named as `statclient` names them, and how a refusal is shown."""
    decorators = (
        click.argument("object", metavar="OBJECT"),
        click.argument("stat_types", nargs=-1, required=True, metavar="STATTYPE..."),
        server_option,
        click.option("--profile", default="", help="Time profile: a name, or e.g. Growing:0:00."),
        click.option("--range", "time_range", default="", help="Time range: a name, or e.g. 0-20."),
        click.option("--filter", default="", help="Filter: a name or an expression."),
        token_option,
        format_option,
    )

    @wraps(command)
    def asking(**asked: Any) -> None:
        from statclient import StatClientError

        try:
            command(**asked)
        except StatClientError as error:
            raise click.ClickException(str(error)) from None

    for decorate in reversed((*decorators, _shows_faults)):
        asking = decorate(asking)
    return asking


@main.command()
@_asks
def peek(**asked: Any) -> None:
    """One reading of each STATTYPE of OBJECT, e.g. `peek Agent:1001 CallsInbound`.

    OBJECT is TYPE:ID, as Agent:1001, GroupAgents:Sales, Queue:8000@pbx1. A STATTYPE is a section of statserver.cfg.
    What the server refuses is said on standard error, with exit 1; the others are printed all the same.
    """
    from statclient import peek

    refused = dict.fromkeys(f"Error: {refusal}" for refusal in peek(**asked))
    if refused:
        click.echo("\n".join(refused), err=True)
        sys.exit(1)


@main.command()
@_asks
def watch(**asked: Any) -> None:
    """A live table of the STATTYPEs of OBJECT, e.g. `watch Queue:sales@pbx1 WaitingNow Entered`, until Ctrl-C.

    OBJECT is TYPE:ID, as Agent:1001, GroupAgents:Sales, Queue:8000@pbx1. A STATTYPE is a section of statserver.cfg.
    """
    from statclient import watch

    watch(**asked)


@main.command()
@conf_option
@_shows_faults
def demo(conf: Path) -> None:
    """The contact centre of a recording at work: live on a terminal, else the table at its end."""
    from actors.demo import show

    sys.exit(show(conf))


@main.command()
@click.option(
    "--agents", type=click.IntRange(1, 100_000), default=100, show_default=True, help="How many people work there."
)
@click.option(
    "--calls-per-second",
    type=click.FloatRange(min=0, min_open=True),
    default=1.0,
    show_default=True,
    help="How many customers call. For each call come a quarter of a chat and 0.15 e-mails.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Draws the contact centre and its day.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_533),
    default=0,
    help="Of the T-Server; those of the Interaction Servers are the next two. Default: any free ones.",
)
@click.option(
    "--record",
    "record_",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what the T-Server's link carries, and that of each Interaction Server beside it: day.jsonl, "
    "day.ixn-1.jsonl, day.ixn-2.jsonl.",
)
@click.option(
    "--books",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write in the end what happened, counted by the simulator itself: lines that `replay --open` reads, each with "
    "the value it must come to.",
)
@click.option(
    "--conf",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("simulated-conf"),
    show_default=True,
    help="Folder that gets the configuration to match.",
)
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="How long; default: until Ctrl-C.")
@_shows_faults
def simulate(
    agents: int,
    calls_per_second: float,
    seed: int,
    port: int,
    record_: Path | None,
    books: Path | None,
    conf: Path,
    seconds: float | None,
) -> None:
    """Play a believable contact centre on real ports, with the configuration to match.

    A T-Server has its telephones, one Interaction Server its chats, another its e-mails; most agents answer one of the
    two, or both, beside calls. It begins when a stat server listens, or at once with --record. The same seed makes the
    same day.

    Meanwhile people change teams, learn, and are new: environment.toml is written anew each time, and a server that
    runs follows. With --record nothing of that happens: a recording is replayed with one configuration.

    \b
    statserver simulate --agents 100 --calls-per-second 2
    statserver run --conf simulated-conf              in another terminal
    \b
    does a server come to the simulator's own figures?
    statserver simulate --seconds 300 --record day.jsonl --books books.jsonl
    statserver replay tserver-1=day.jsonl ixn-1=day.ixn-1.jsonl ixn-2=day.ixn-2.jsonl \\
        --conf simulated-conf --open books.jsonl
    """  # noqa: D301
    from runtime.clock import RealClock
    from simulator.play import simulate as play

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        play(
            agents,
            calls_per_second,
            seed=seed,
            port=port,
            conf=conf,
            record=record_,
            books=books,
            duration_s=seconds,
            clock=RealClock(),
            report=click.echo,
        )


main.add_command(journal)
main.add_command(dead_letters)

if __name__ == "__main__":
    main()
