"""What a command writes is whole or not there."""

import os
import resource
import threading
from pathlib import Path

import pytest

from api.output_file import output_file


def test_what_stood_there_stays_until_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / "records.ndjson"
    path.write_bytes(b"older")
    with output_file(path) as file:
        file.write(b"newer")
        assert path.read_bytes() == b"older"
    assert path.read_bytes() == b"newer"
    with pytest.raises(ValueError, match="half-way"), output_file(path) as file:
        file.write(b"half")
        raise ValueError("half-way")
    assert path.read_bytes() == b"newer"
    assert list(tmp_path.iterdir()) == [path]


def test_it_is_as_open_to_others_as_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    with output_file(tmp_path / "mine"):
        pass
    assert (tmp_path / "mine").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_link_goes_on_to_lead_where_it_led(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    with output_file(tmp_path / "link") as file:
        file.write(b"there")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_bytes() == b"there"


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    with output_file(pipe) as file:
        file.write(b"through")
    reader.join()
    assert read == [b"through"]


def test_what_goes_wrong_is_said_of_the_file_that_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as missing, output_file(tmp_path / "none" / "file"):
        pass
    assert missing.value.filename == str(tmp_path / "none" / "file")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(OSError, match="File too large") as full, output_file(tmp_path / "file") as file:
            file.write(b"x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert full.value.filename == str(tmp_path / "file")
    assert not list(tmp_path.iterdir())
