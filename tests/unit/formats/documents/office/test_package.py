import io
import struct
import warnings
import zipfile

import pytest
from support.packages import FIXTURES, members, zipped

from seq2seq.errors import DataError
from seq2seq.formats.documents.office.package import Package

PARTS = {"a.txt": b"one", "b/picture.png": bytes(range(256)) * 9, "c.xml": b"<a/>"}


def test_a_member_is_replaced_and_the_others_are_copied() -> None:
    data = zipped(PARTS)
    written = Package(data, "a.zip").write({"c.xml": b"<b>longer</b>" * 9})
    assert members(written) == {**PARTS, "c.xml": b"<b>longer</b>" * 9}
    assert written.startswith(data[: data.index(b"c.xml") - 30])


def test_without_changes_the_bytes_stay() -> None:
    data = zipped(PARTS) + b""
    assert Package(data, "a.zip").write({}) is data


def test_dates_comments_compression_and_attributes_stay() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        stored = zipfile.ZipInfo("mimetype", (2020, 2, 2, 2, 2, 2))
        stored.external_attr, stored.comment = 0o644 << 16, b"first"
        archive.writestr(stored, b"plain")
        archive.writestr(zipfile.ZipInfo("ü.txt"), b"two", zipfile.ZIP_DEFLATED)
        archive.comment = b"of an archive"
    written = Package(file.getvalue(), "a.zip").write({"mimetype": b"other", "ü.txt": b"three"})
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        first, second = archive.infolist()
        assert (first.date_time, first.external_attr, first.comment) == ((2020, 2, 2, 2, 2, 2), 0o644 << 16, b"first")
        assert (first.compress_type, second.compress_type) == (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        assert (archive.read("mimetype"), archive.read("ü.txt"), archive.comment) == (
            b"other",
            b"three",
            b"of an archive",
        )


def test_sizes_after_the_data_and_bytes_before_the_archive() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    file = Pipe()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in PARTS.items():
            archive.writestr(name, content)
    data = b"#!/bin/sh\n" + file.getvalue()
    written = Package(data, "a.zip").write({"a.txt": b"two"})
    assert written.startswith(b"#!/bin/sh\n")
    assert members(written) == {**PARTS, "a.txt": b"two"}


def test_a_part_that_is_missing() -> None:
    with pytest.raises(DataError) as caught:
        Package(zipped(PARTS), "a.zip").read("d.xml")
    assert caught.value.code == "data.package-part-missing"
    assert "d.xml" in str(caught.value)


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "a/../../b", "C:\\evil", "c:evil"])
def test_members_that_point_out_of_the_package(name: str) -> None:
    with pytest.raises(DataError) as caught:
        Package(zipped({name: b"x"}), "a.zip")
    assert caught.value.code == "data.package-unsafe"


def test_members_of_the_same_name() -> None:
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a", b"1")
        archive.writestr("a", b"2")
    with pytest.raises(DataError) as caught:
        Package(file.getvalue(), "a.zip")
    assert caught.value.code == "data.package-damaged"


def test_members_that_share_their_data() -> None:
    data = bytearray(zipped({"a": b"x" * 99, "b": b"x" * 99}))
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = struct.pack("<L", 0)
    with pytest.raises(DataError) as caught:
        Package(bytes(data), "a.zip")
    assert caught.value.code == "data.package-damaged"


def test_an_encrypted_member() -> None:
    data = bytearray(zipped({"a": b"x"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(DataError) as caught:
        Package(bytes(data), "a.zip")
    assert caught.value.code == "data.encrypted"


def test_a_bomb_is_not_inflated() -> None:
    data = zipped({"a": bytes(1 << 27)})
    with pytest.raises(DataError) as caught:
        Package(data, "a.zip").read("a")
    assert caught.value.code == "data.package-too-large"


def test_a_bomb_that_lies_about_its_size() -> None:
    data = bytearray(zipped({"a": bytes(1 << 24)}))
    record = data.index(b"PK\x01\x02")
    data[record + 24 : record + 28] = struct.pack("<L", 1000)
    with pytest.raises(DataError) as caught:
        Package(bytes(data), "a.zip").read("a")
    assert caught.value.code == "data.package-damaged"


@pytest.mark.parametrize("cut", [10, 3000, 8000, 9000, 9300])
def test_an_archive_that_is_cut(cut: int) -> None:
    with pytest.raises(DataError) as caught:
        Package((FIXTURES / "manual.docx").read_bytes()[:cut], "manual.docx")
    assert caught.value.code == "data.package-damaged"


def test_damaged_data() -> None:
    data = bytearray(zipped(PARTS))
    data[len(b"a.txt") + 31] ^= 0xFF
    with pytest.raises(DataError) as caught:
        Package(bytes(data), "a.zip").read("a.txt")
    assert caught.value.code == "data.package-damaged"


def test_many_small_parts_are_no_way_around_the_limits() -> None:
    package = Package(zipped({f"{number}": bytes(1 << 22) for number in range(3)}), "a.zip")
    assert len(package.read("0")) == 1 << 22
    with pytest.raises(DataError) as caught:
        package.read("1")
    assert caught.value.code == "data.package-too-large"
