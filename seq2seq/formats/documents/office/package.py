"""Zip packages: parts are read within limits, and all that is not changed is copied as it is.

APPNOTE.TXT 6.3 (PKWARE), sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (end of it).
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Final, NoReturn

from seq2seq.errors import DataError

_LARGEST: Final = 1 << 28
"""Bytes of a part that is read, and of all of them together, at most."""
_RATIO: Final = 200
_SMALL: Final = 1 << 22
"""Parts that are read, if they are larger than this, may be so many times as large as when they are compressed."""
_MOST: Final = 65_534
"""Members of an archive without the extensions of Zip64."""
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_ENCRYPTED, _DESCRIPTOR = 0x1, 0x8
"""Flags: the member is encrypted; its sizes follow its data."""
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REMEDY: Final = "Open it with the program that made it, and save it again."


class Package:
    """A zip archive.

    Attributes:
        names: of its members, in their order.

    Raises:
        DataError: it is damaged, encrypted, or malicious.
    """

    def __init__(self, data: bytes, where: str) -> None:
        self._data = data
        self._where = where
        if data.startswith(_OLD_OFFICE):
            raise DataError(
                f"{where}: this is a document with a password, or in the format of old Microsoft Office.\n"
                "  Open it in the office program, and save it without a password in the new format.",
                code="data.encrypted",
            )
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
            self._refuse("data.package-damaged", f"this is not a whole zip archive, as such a document is ({error})")
        self._members = {member.filename: member for member in self._archive.infolist()}
        self._records = list(self._directory(len(self._members)))
        self._read = self._packed = 0
        self._check()
        self.names = list(self._members)

    def _directory(self, count: int) -> Iterator[bytes]:
        """The records of the central directory."""
        place = self._archive.start_dir
        for _ in range(count):
            if self._data[place : place + 4] == b"PK\x01\x02" and place + _CENTRAL.size < len(self._data):
                *_, name, extra, comment, _, _, _, _ = _CENTRAL.unpack_from(self._data, place)
                size = _CENTRAL.size + name + extra + comment
                yield self._data[place : place + size]
                place += size
        if self._data[place : place + 4] not in (b"PK\x05\x06", b"PK\x06\x06", b"PK\x05\x05"):
            self._refuse("data.package-damaged", "the directory at its end is damaged")

    def _check(self) -> None:
        members = self._archive.infolist()
        if len(self._members) < len(members) or len(members) > _MOST:
            self._refuse("data.package-damaged", "several members have the same name, or there are too many")
        if len({member.header_offset for member in members}) < len(members):
            self._refuse("data.package-damaged", "several members have the same data")
        for name, member in self._members.items():
            if name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name.split("/")[0]:
                self._refuse("data.package-unsafe", f"the member {name!r} points out of the package")
            if member.flag_bits & _ENCRYPTED:
                raise DataError(
                    f"{self._where}: {name} is encrypted.\n  Save it without a password.", code="data.encrypted"
                )

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """The bytes of a member.

        Raises:
            DataError: it is missing or damaged, or too large.
        """
        member = self._members.get(name)
        if member is None:
            self._refuse("data.package-part-missing", f"the part {name} is missing")
        self._read += member.file_size
        self._packed += member.compress_size
        if self._read > _LARGEST or self._read > max(_SMALL, _RATIO * self._packed):
            self._refuse(
                "data.package-too-large",
                f"the part {name} would have {member.file_size:,} bytes, {member.compress_size:,} compressed: more "
                "than a document needs. Such files exhaust the memory on purpose",
            )
        try:
            with self._archive.open(member) as file:
                return file.read()
        except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError, zlib.error) as error:
            self._refuse("data.package-damaged", f"the part {name} cannot be read ({error})")

    def write(self, changes: Mapping[str, bytes]) -> bytes:
        """The archive with other bytes for some members; the same archive if there are none.

        Order, names, dates and compression stay, as do the compressed bytes of all other members.
        """
        if not changes:
            return self._data
        directory = self._archive.start_dir
        members = list(self._members.values())
        starts = sorted(member.header_offset for member in members)
        ends = dict(zip(starts, [*starts[1:], directory], strict=True))
        chunks, records = [self._data[: starts[0]]], []
        position = starts[0]
        for member, record in zip(members, self._records, strict=True):
            if member.filename in changes:
                local, record = _replaced(record, changes[member.filename])
            else:
                local = self._data[member.header_offset : ends[member.header_offset]]
            chunks.append(local)
            records.append(record[:42] + struct.pack("<L", position) + record[46:])
            position += len(local)
        size = sum(map(len, records))
        count = len(records)
        comment = self._archive.comment
        end = _END.pack(b"PK\x05\x06", 0, 0, count, count, size, position, len(comment)) + comment
        return b"".join([*chunks, *records, end])

    def _refuse(self, code: str, problem: str) -> NoReturn:
        raise DataError(f"{self._where}: {problem}.\n  {_REMEDY}", code=code)


def _replaced(record: bytes, data: bytes) -> tuple[bytes, bytes]:
    """Local header with data, and record of the central directory, of a member with other data and no extra fields."""
    fields = list(_CENTRAL.unpack_from(record))
    name = record[_CENTRAL.size : _CENTRAL.size + fields[10]]
    comment = record[len(record) - fields[12] :] if fields[12] else b""
    stored = fields[4] == zipfile.ZIP_STORED
    compressor = zlib.compressobj(wbits=-15)
    packed = data if stored else compressor.compress(data) + compressor.flush()
    fields[3] &= ~_DESCRIPTOR
    fields[4] = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    fields[7:10] = [zlib.crc32(data), len(packed), len(data)]
    fields[11] = 0
    local = _LOCAL.pack(b"PK\x03\x04", *fields[2:10], fields[10], 0) + name + packed
    return local, _CENTRAL.pack(*fields) + name + comment
