from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from asterisk_play import RECORDINGS, messages_of

from actors.configuration.environment import Source
from actors.sources.recordings import Recording, RecordingError, merged, resolve, resolve_all

TSERVER = Source(name="tserver-1", type="tserver", switch="pbx1")
ASTERISK = Source(name="asterisk-1", type="asterisk", switch="pbx2")
SOURCES = {source.name: source for source in (TSERVER, ASTERISK)}
TWO_TSERVERS = SOURCES | {"tserver-2": Source(name="tserver-2", type="tserver", switch="pbx3")}
SMALL = RECORDINGS / "asterisk-small" / "recording.ami.gz"


def event(time: float, dn: str = "7001") -> bytes:
    return b'{"event":"EventDNDOn","time":%g,"this_dn":"%s"}\n' % (time, dn.encode())


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def reason(source: Source, path: Path) -> str:
    with pytest.raises(RecordingError) as caught:
        list(Recording(source, path))
    return str(caught.value).removeprefix(str(path))


def test_a_recording_is_read_with_its_stamps(tmp_path: Path) -> None:
    recording = Recording(TSERVER, written(tmp_path / "day.jsonl", event(1) + event(2.5)))
    assert [(dated.stamp_us, dated.payload.event) for dated in recording] == [
        (1_000_000, "EventDNDOn"),
        (2_500_000, "EventDNDOn"),
    ]
    assert recording.first_us == 1_000_000


def test_a_zipped_recording_is_read_alike(tmp_path: Path) -> None:
    data = b"".join(event(time) for time in range(10_000))
    plain = Recording(TSERVER, written(tmp_path / "day.jsonl", data))
    zipped = Recording(TSERVER, written(tmp_path / "day.jsonl.gz", gzip.compress(data)))
    assert list(zipped) == list(plain)


def test_every_message_of_an_asterisk_is_read_and_no_stamp_steps_back() -> None:
    recording = list(Recording(ASTERISK, SMALL))
    assert [dated.payload for dated in recording] == messages_of("asterisk-small")
    assert recording[0].stamp_us == 1_795_505_269_456_356
    assert [dated.stamp_us for dated in recording] == sorted(dated.stamp_us for dated in recording)


def test_a_stamp_that_steps_back_is_held_not_sorted(tmp_path: Path) -> None:
    recording = Recording(TSERVER, written(tmp_path / "day.jsonl", event(2, "a") + event(1, "b") + event(3, "c")))
    assert [(dated.stamp_us, dated.payload.this_dn) for dated in recording] == [
        (2_000_000, "a"),
        (2_000_000, "b"),
        (3_000_000, "c"),
    ]


def test_bad_lines_and_gaps_are_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    data = b'{"event":"EventDNDOn","seq":1,"time":1}\n?\n\n{"event":"EventDNDOn","seq":9,"time":1}'
    recording = Recording(TSERVER, written(tmp_path / "day.jsonl", data))
    assert len(list(recording)) == 2
    assert (recording.bad.count, recording.gaps) == (1, 1)


def test_recordings_are_merged_by_stamp_and_equal_stamps_in_the_order_given(tmp_path: Path) -> None:
    first = Recording(TWO_TSERVERS["tserver-1"], written(tmp_path / "a.jsonl", event(2, "a") + event(3, "a")))
    second = Recording(TWO_TSERVERS["tserver-2"], written(tmp_path / "b.jsonl", event(1, "b") + event(3, "b")))
    assert [played.payload.this_dn for played in merged([first, second])] == ["b", "a", "a", "b"]
    assert [played.source.name[-1] for played in merged([second, first])] == ["2", "1", "2", "1"]


def test_progress_comes_to_the_size_of_the_file() -> None:
    recording = Recording(ASTERISK, SMALL)
    pieces: list[int] = []
    list(merged([recording], pieces.append))
    assert sum(pieces) == recording.size == SMALL.stat().st_size
    assert len(pieces) > 5


def test_what_is_wrong_with_a_file_is_said(tmp_path: Path) -> None:
    whole = gzip.compress(b"".join(event(time) for time in range(1000)))
    assert reason(TSERVER, tmp_path / "gone.jsonl") == ": cannot be read: No such file or directory"
    assert reason(TSERVER, written(tmp_path / "empty.jsonl", b"")) == ": is empty"
    assert reason(TSERVER, written(tmp_path / "blank.jsonl", b"\n\n")) == ": there is no event in it"
    assert "ends in .jsonl" in reason(TSERVER, written(tmp_path / "day.txt", event(1)))
    assert ": cannot be unzipped: Not a gzipped file" in reason(TSERVER, written(tmp_path / "plain.jsonl.gz", event(1)))
    assert "is cut off" in reason(TSERVER, written(tmp_path / "cut.jsonl.gz", whole[: len(whole) // 2]))
    assert "cannot stand for tserver-1, which is of type tserver" in reason(TSERVER, SMALL)
    assert reason(TSERVER, tmp_path.joinpath("folder.jsonl")).startswith(": cannot be read")


def test_a_folder_is_no_recording(tmp_path: Path) -> None:
    folder = tmp_path / "day.jsonl"
    folder.mkdir()
    assert reason(TSERVER, folder) == ": cannot be read: Is a directory"


def test_what_is_no_recording_at_all_is_refused_with_the_line(tmp_path: Path) -> None:
    prose = written(tmp_path / "prose.jsonl", b"Once upon a time\n" * 30)
    assert reason(TSERVER, prose).startswith(":10: 10 bad lines")


def test_a_recording_without_stamps_has_no_event_in_time(tmp_path: Path) -> None:
    assert reason(ASTERISK, written(tmp_path / "a.ami", b"Event: Hangup\r\n\r\n")) == ": there is no event in it"


def test_a_cut_off_recording_is_read_up_to_there(tmp_path: Path) -> None:
    data = gzip.compress(b"".join(event(time, str(time * 7919 % 10007)) for time in range(20_000)))
    reading = iter(Recording(TSERVER, written(tmp_path / "cut.jsonl.gz", data[:-100])))
    assert sum(1 for _ in zip(range(10_000), reading, strict=False)) == 10_000
    with pytest.raises(RecordingError, match=r"cut\.jsonl\.gz:\d\d\d\d\d: is cut off"):
        list(reading)


def test_a_bare_file_is_the_one_source_of_its_type() -> None:
    assert resolve("day.jsonl", SOURCES) == (TSERVER, Path("day.jsonl"))
    assert resolve("day.ami.gz", SOURCES) == (ASTERISK, Path("day.ami.gz"))


def test_a_name_says_which_source_a_file_is() -> None:
    assert resolve("tserver-2=a=b.jsonl", TWO_TSERVERS) == (TWO_TSERVERS["tserver-2"], Path("a=b.jsonl"))


@pytest.mark.parametrize(
    ("argument", "sources", "complaint"),
    [
        ("day.jsonl", TWO_TSERVERS, "could stand for tserver-1, tserver-2: write NAME=day.jsonl"),
        ("day.ami", {"tserver-1": TSERVER}, "no source of type asterisk is configured"),
        ("tserver1=day.jsonl", SOURCES, "no source 'tserver1' is configured; did you mean 'tserver-1'"),
        ("day.csv", SOURCES, "a recording's name ends in .jsonl"),
    ],
)
def test_an_argument_that_names_no_one_source_is_refused(
    argument: str, sources: dict[str, Source], complaint: str
) -> None:
    with pytest.raises(RecordingError) as caught:
        resolve(argument, sources)
    assert complaint in str(caught.value)


def test_two_recordings_of_one_source_are_refused(tmp_path: Path) -> None:
    paths = [written(tmp_path / name, event(1)) for name in ("a.jsonl", "b.jsonl")]
    with pytest.raises(RecordingError, match="tserver-1 has a recording already"):
        resolve_all(map(str, paths), SOURCES)
