"""A folder read file by file: each record once, whatever breaks in between; files are put away when they are safe."""

from __future__ import annotations

import errno
import gzip
import io
import os
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.files import importing
from engine.files.endpoints.read import ReadFiles
from engine.files.formats.json_lines import JsonLines
from engine.files.formats.record_format import Row, filed
from engine.files.importing import FileBroken, Importing, Page, ReadSoFar


def asked(**more: Any) -> ReadFiles:
    return ReadFiles.model_validate({"type": "read", "match": "*.jsonl*", "format": "json_lines", **more})


def put(folder: Path, name: str, *skus: str, age: float = 60, more: str = "") -> Path:
    path = folder / name
    path.write_text("".join(f'{{"sku": "{sku}"}}\n' for sku in skus) + more)
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def read(folder: Path, endpoint: ReadFiles, position: Any = None, **more: Any) -> list[Page]:
    return list(Importing(folder, endpoint, "UTC", position=ReadSoFar.of(position), **more).pages())


def skus(pages: list[Page]) -> list[str]:
    return [record["sku"] for page in pages for record in page.records]


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "PAGE", 2)


def test_files_are_read_in_order_and_archived(tmp_path: Path) -> None:
    put(tmp_path, "b.jsonl", "C", age=60)
    put(tmp_path, "a.jsonl", "A", "B", age=30)
    put(tmp_path, "other.txt", "X")

    pages = read(tmp_path, asked())

    assert skus(pages) == ["A", "B", "C"]
    assert pages[0].records[1].file == {"name": "a.jsonl", "line": 2, "path": str(tmp_path / "a.jsonl")}
    assert names(tmp_path) == ["archive/a.jsonl", "archive/b.jsonl", "other.txt"]


def test_the_oldest_comes_first_where_that_is_asked_for(tmp_path: Path) -> None:
    put(tmp_path, "b.jsonl", "OLD", age=60)
    put(tmp_path, "a.jsonl", "NEW", age=30)
    assert skus(read(tmp_path, asked(order="time"))) == ["OLD", "NEW"]


def test_a_file_that_is_being_written_is_left_alone(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl", "A", age=1)
    put(tmp_path, "b.jsonl.tmp", "B")
    assert read(tmp_path, asked()) == []
    assert skus(read(tmp_path, asked(ready={"quiet": "500ms"}))) == ["A"]


def test_a_file_waits_for_its_marker_which_goes_with_it(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl", "A", age=0)
    endpoint = asked(match="*.jsonl", ready={"marker": "{name}.ready"})
    assert read(tmp_path, endpoint) == []

    (tmp_path / "a.jsonl.ready").touch()
    assert skus(read(tmp_path, endpoint)) == ["A"]
    assert names(tmp_path) == ["archive/a.jsonl"]


def test_one_marker_for_all_stands_for_what_was_written_before_it_and_stays(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl", "A", age=30)
    put(tmp_path, "b.jsonl", "B", age=20)
    put(tmp_path, "all.jsonl.done", age=10)
    put(tmp_path, "c.jsonl", "C", age=5)
    endpoint = asked(ready={"marker": "all.jsonl.done"})

    assert skus(read(tmp_path, endpoint)) == ["A", "B"]
    assert names(tmp_path) == ["all.jsonl.done", "archive/a.jsonl", "archive/b.jsonl", "c.jsonl"]
    put(tmp_path, "all.jsonl.done", age=1)
    assert skus(read(tmp_path, endpoint)) == ["C"]


def test_an_interrupted_import_goes_on_behind_the_last_page_that_is_safe(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl", "A", "B", "C", "D", "E")
    reading = Importing(tmp_path, asked(), "UTC").pages()
    safe = next(reading).reached.kept()
    next(reading)  # handed out, and never safe
    reading.close()
    assert names(tmp_path) == ["a.jsonl"]

    assert skus(read(tmp_path, asked(), safe)) == ["C", "D", "E"]
    assert names(tmp_path) == ["archive/a.jsonl"]


def test_a_crash_between_the_last_page_and_the_archive_repeats_nothing(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl", "A", "B")
    reading = Importing(tmp_path, asked(), "UTC").pages()
    first, second = next(reading).reached.kept(), next(reading).reached.kept()
    reading.close()

    assert skus(read(tmp_path, asked(), second)) == []
    put(tmp_path, "a.jsonl", "A", "B")
    assert skus(read(tmp_path, asked(), first)) == []
    assert names(tmp_path) == ["archive/a-2.jsonl", "archive/a.jsonl"]


def test_the_same_content_is_not_imported_again_under_another_name_either(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl", "A")
    kept = read(tmp_path, asked())[-1].reached.kept()
    put(tmp_path, "b.jsonl", "A")
    put(tmp_path, "c.jsonl", "C")

    assert skus(read(tmp_path, asked(), kept)) == ["C"]
    assert names(tmp_path) == ["archive/a.jsonl", "archive/b.jsonl", "archive/c.jsonl"]


def test_a_file_that_was_changed_while_it_was_half_read_begins_anew(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl", "A", "B", "C")
    safe = next(iter(Importing(tmp_path, asked(), "UTC").pages())).reached.kept()
    put(tmp_path, "a.jsonl", "X", "B", "C")
    assert skus(read(tmp_path, asked(), safe)) == ["X", "B", "C"]


def test_bad_rows_are_set_aside_with_their_lines_once(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl", "A", more='nonsense\n{"sku": "B"}\n[1]\n{"sku": "C"}\n')
    reading = Importing(tmp_path, asked(), "UTC").pages()
    safe = next(reading).reached.kept()
    next(reading)
    reading.close()

    assert skus(read(tmp_path, asked(), safe)) == ["B", "C"]
    rejected = (tmp_path / "error" / "a.jsonl.rejected").read_text().splitlines()
    assert [line.split("\t")[0] for line in rejected] == ["2", "4"]
    assert rejected[1] == "4\tit is no object\t[1]"


def test_a_file_with_too_many_bad_rows_is_broken_and_told_when_the_others_are_done(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl", "A", more="x\ny\nz\n")
    put(tmp_path, "b.jsonl", "B")
    pages: list[Page] = []

    with pytest.raises(FileBroken) as broken:
        pages.extend(Importing(tmp_path, asked(tolerate="2"), "UTC").pages())

    assert "a.jsonl is broken behind record 2: more than 2 rows cannot be read" in str(broken.value)
    assert skus(pages) == ["A", "B"]
    assert names(tmp_path) == ["archive/b.jsonl", "error/a.jsonl", "error/a.jsonl.rejected"]


def test_packed_files_are_opened(tmp_path: Path) -> None:
    content = b'{"sku": "A"}\n{"sku": "B"}\n'
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(content))
    with zipfile.ZipFile(tmp_path / "b.jsonl.zip", "w") as archive:
        archive.writestr("inner.jsonl", content.replace(b"A", b"C").replace(b"B", b"D"))
    endpoint = asked(ready={"quiet": "0s"})

    assert skus(read(tmp_path, endpoint)) == ["A", "B", "C", "D"]
    assert names(tmp_path) == ["archive/a.jsonl.gz", "archive/b.jsonl.zip"]


@pytest.mark.parametrize("content", [b"no gzip at all", gzip.compress(b'{"sku": "A"}\n' * 5000, mtime=0)[:-30]])
def test_a_packed_file_that_is_damaged_is_broken(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(content)
    with pytest.raises(FileBroken, match=r"a\.jsonl\.gz is broken"):
        read(tmp_path, asked(ready={"quiet": "0s"}))
    assert names(tmp_path) == ["error/a.jsonl.gz"]


def damaged_zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.jsonl", '{"sku": "A"}\n' * 500)
    found = bytearray(packed.getvalue())
    found[60] ^= 0xFF
    return bytes(found)


def encrypted_zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inner.jsonl", '{"sku": "A"}\n')
    found = bytearray(packed.getvalue())
    found[6] |= 1  # in the header of the file
    found[found.index(b"PK\1\2") + 8] |= 1  # and in the directory
    return bytes(found)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.jsonl.gz", gzip.compress(b"{}\n" * 9, mtime=0)[:10] + b"\xff" * 40, "it cannot be unpacked: Error -3"),
        ("a.jsonl.zip", damaged_zip(), "it cannot be unpacked: "),
        ("a.jsonl.zip", encrypted_zip(), "it is encrypted; put it there without a password"),
    ],
)
def test_a_packed_file_whose_inside_is_damaged_or_locked_is_broken(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileBroken, match=words):
        read(tmp_path, asked(ready={"quiet": "0s"}))
    assert names(tmp_path) == [f"error/{name}"]


def test_a_disk_that_fails_while_it_is_read_does_not_make_the_file_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a.jsonl", "A")
    monkeypatch.setattr(JsonLines, "rows", failing_rows)
    with pytest.raises(OSError, match="Stale file handle"):
        read(tmp_path, asked())
    assert names(tmp_path) == ["a.jsonl"]


def failing_rows(format: JsonLines, stream: object, zone: str) -> Iterator[Row]:
    yield filed(1, {"sku": "A"})
    raise OSError(errno.ESTALE, os.strerror(errno.ESTALE))


def test_who_only_looks_takes_nothing_away_and_hears_of_bad_rows(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl", "A", more="x\n")
    pages = read(tmp_path, asked(), dry=True)
    assert (skus(pages), pages[-1].aside) == (["A"], "a.jsonl: 1 row cannot be read")
    assert names(tmp_path) == ["a.jsonl"]


def test_progress_grows_to_the_end(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl", *map(str, range(9)))
    shares = [page.share for page in read(tmp_path, asked())]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
