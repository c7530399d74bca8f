import os

import pytest

from proveout.core.errors import ProveoutError
from proveout.core.paths import DATA_ROOTS, inside


@pytest.mark.parametrize(
    "relative", ["data/x.csv", "./x.csv", "a/b/*.md", "odd name.csv", "notyet/there.csv", "a..b.csv"]
)
def test_a_path_below_the_folder_is_fine(tmp_path, relative):
    assert inside(tmp_path, relative) == tmp_path / relative


@pytest.mark.parametrize(
    "relative",
    [
        "/etc/passwd",
        "../x.csv",
        "a/../../x.csv",
        "a/..",
        "..",
        "C:\\x.csv",
        "\\\\host\\share",
        "a\\..\\..\\x",
        "~/x",
        "",
        " ",
        "a\0b",
        "x" * 300,
    ],
)
def test_a_path_out_of_the_folder_is_refused(tmp_path, relative):
    with pytest.raises(ProveoutError):
        inside(tmp_path, relative)


def test_a_link_out_of_the_folder_needs_leave(tmp_path, monkeypatch):
    folder, elsewhere = tmp_path / "folder", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (elsewhere / "x.csv").write_text("a\n1\n")
    (folder / "data").symlink_to(elsewhere)
    with pytest.raises(ProveoutError, match="link out of the folder"):
        inside(folder, "data/x.csv")
    monkeypatch.setenv(DATA_ROOTS, os.pathsep.join(["", str(elsewhere)]))
    assert inside(folder, "data/x.csv").read_text() == "a\n1\n"


def test_a_root_does_not_allow_its_namesakes(tmp_path, monkeypatch):
    folder, elsewhere = tmp_path / "folder", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (folder / "x").symlink_to(tmp_path / "elsewhere2")
    monkeypatch.setenv(DATA_ROOTS, str(elsewhere))
    with pytest.raises(ProveoutError, match="link out"):
        inside(folder, "x")


def test_a_link_within_the_folder_is_fine(tmp_path):
    (tmp_path / "x.csv").write_text("")
    (tmp_path / "y.csv").symlink_to(tmp_path / "x.csv")
    assert inside(tmp_path, "y.csv") == tmp_path / "y.csv"


def test_links_in_a_circle_are_refused(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(ProveoutError, match="leads nowhere"):
        inside(tmp_path, "a")
