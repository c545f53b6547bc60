"""Files and directories that are there as they were, or complete."""

import pytest

from derivations.export import files


def tree(path):
    return {p.relative_to(path).as_posix(): p.read_text() for p in path.rglob("*") if p.is_file()}


def test_a_directory_takes_the_place_of_the_one_before(tmp_path):
    place = tmp_path / "a" / "site"
    assert files.replace_directory(place, {"x.html": "1", "y.html": "2"}) == place
    assert tree(place) == {"x.html": "1", "y.html": "2"}
    assert place.stat().st_mode & 0o777 == 0o755  # others may read it
    files.replace_directory(place, {"x.html": "3"})
    assert tree(place) == {"x.html": "3"}
    assert [p.name for p in place.parent.iterdir()] == ["site"]


def test_a_run_that_fails_leaves_the_directory_before(tmp_path, monkeypatch):
    place = tmp_path / "site"
    files.replace_directory(place, {"x.html": "1"})

    def fails(path, text):
        raise OSError("the disk is full")

    monkeypatch.setattr(files, "write", fails)
    with pytest.raises(OSError, match="full"):
        files.replace_directory(place, {"x.html": "2"})
    assert tree(place) == {"x.html": "1"}
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


def test_a_file_is_not_replaced_by_a_directory(tmp_path):
    place = tmp_path / "site"
    place.write_text("mine")
    with pytest.raises(NotADirectoryError, match="site is no directory"):
        files.replace_directory(place, {"x.html": "1"})
    assert tree(tmp_path) == {"site": "mine"}


def test_a_run_that_fails_at_the_last_step_puts_the_directory_back(tmp_path, monkeypatch):
    place = tmp_path / "site"
    files.replace_directory(place, {"x.html": "1"})
    rename = type(place).rename

    def fails(self, target):
        if self.name.startswith(".site."):
            raise OSError("not now")
        return rename(self, target)

    monkeypatch.setattr(type(place), "rename", fails)
    with pytest.raises(OSError, match="not now"):
        files.replace_directory(place, {"x.html": "2"})
    assert tree(place) == {"x.html": "1"}
    assert [p.name for p in tmp_path.iterdir()] == ["site"]
