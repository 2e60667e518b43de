"""A VBA project that does arithmetic and nothing else (MS-OVBA), as payroll offices write it."""

from __future__ import annotations

import struct

from benchmarks.recruitbench.honest.enclosures.compound import compound

_WORKBOOK = 'Attribute VB_Name = "ThisWorkbook"\r\nAttribute VB_PredeclaredId = True\r\n'
_OPENING = """
Private Sub Workbook_Open()
    Worksheets(1).Activate
    Application.Calculate
End Sub
"""
_MODULE = """Attribute VB_Name = "Totals"
' Adds up the months, with the button on the sheet.
Public Sub AddUp()
    Dim r As Long
    For r = 2 To 40
        If Cells(r, 1).Value <> "" Then
            Cells(r, 6).Value = WorksheetFunction.Sum(Range(Cells(r, 2), Cells(r, 5)))
        End If
    Next r
End Sub

Public Function Monthly(yearly As Double, months As Double) As Double
    Monthly = Round(yearly / months, 2)
End Function
"""


def project(opening: bool) -> bytes:
    """`vbaProject.bin` with a module of sums; `opening`: the sheet is recalculated when opened."""
    module = _MODULE.replace("\n", "\r\n")
    book = _WORKBOOK + (_OPENING.replace("\n", "\r\n") if opening else "")
    text = (
        'ID="{00000000-0000-0000-0000-000000000000}"\r\nDocument=ThisWorkbook/&H00000000\r\n'
        'Module=Totals\r\nName="VBAProject"\r\nHelpContextID="0"\r\nVersionCompatible32="393222000"'
        "\r\n\r\n[Host Extender Info]\r\n\r\n[Workspace]\r\nThisWorkbook=0, 0, 0, 0, C\r\n"
        "Totals=0, 0, 0, 0, C\r\n"
    )
    return compound(
        {"PROJECT": text.encode("ascii")},
        {
            "VBA": {
                "_VBA_PROJECT": b"\xcc\x61\xff\xff\x00\x00\x00",
                "dir": compressed(_directory()),
                "ThisWorkbook": compressed(book.encode("ascii")),
                "Totals": compressed(module.encode("ascii")),
            }
        },
    )


def compressed(data: bytes) -> bytes:
    """The container of MS-OVBA 2.4.1, written with literal tokens alone."""
    out = b"\x01"
    for at in range(0, len(data), 3640):  # literals take nine bytes for eight: below 4096
        piece = data[at : at + 3640]
        tokens = b"".join(b"\0" + piece[n : n + 8] for n in range(0, len(piece), 8))
        out += struct.pack("<H", 0xB000 | (len(tokens) - 1)) + tokens
    return out


def _directory() -> bytes:
    out = _record(0x01, struct.pack("<I", 1))  # SYSKIND: Win32
    out += _record(0x02, struct.pack("<I", 0x409)) + _record(0x14, struct.pack("<I", 0x409))
    out += _record(0x03, struct.pack("<H", 1252)) + _record(0x04, b"VBAProject")
    out += _record(0x05, b"") + _record(0x40, b"") + _record(0x06, b"") + _record(0x3D, b"")
    out += _record(0x07, struct.pack("<I", 0)) + _record(0x08, struct.pack("<I", 0))
    out += struct.pack("<HIIH", 0x09, 4, 0x5B6F6F6B, 9)
    out += _record(0x0C, b"") + _record(0x3C, b"")
    out += _record(0x0F, struct.pack("<H", 2)) + _record(0x13, struct.pack("<H", 0xFFFF))
    for name, kind in (("ThisWorkbook", 0x22), ("Totals", 0x21)):
        wide, narrow = name.encode("utf-16-le"), name.encode("ascii")
        out += _record(0x19, narrow) + _record(0x47, wide)
        out += _record(0x1A, narrow) + _record(0x32, wide)
        out += _record(0x1C, b"") + _record(0x48, b"") + _record(0x31, struct.pack("<I", 0))
        out += _record(0x1E, struct.pack("<I", 0)) + _record(0x2C, struct.pack("<H", 0xFFFF))
        out += _record(kind, b"") + _record(0x2B, b"")
    return out + _record(0x10, b"")


def _record(number: int, data: bytes) -> bytes:
    return struct.pack("<HI", number, len(data)) + data
