"""What bytes are taken for."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lure.attachment.builders import archives, virtual_disks, volumes
from vedette.lure.attachment.kinds import kind_of

FILES = {"a.txt": b"words"}


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\n", "pdf"),
        (b"\n\n junk %PDF-1.4\n" + bytes(20), "pdf"),
        (b"MZ" + bytes(100), "dos"),
        (b"MZ is how this note begins", "text"),
        (b"\x7fELF" + bytes(60), "elf"),
        (b"\xca\xfe\xba\xbe\x00\x00\x00\x02" + bytes(40), "macho"),
        (b"\xca\xfe\xba\xbe\x00\x00\x00\x34" + bytes(40), "class"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        (b"{\\rtf1 text}", "rtf"),
        (b"From: a@b.example\nSubject: hello\n\nHello\n", "eml"),
        (b"Subject: only a line of a note\nand words", "text"),
        (b"[InternetShortcut]\r\nURL=https://a.example\r\n", "url"),
        (b"[Desktop Entry]\nExec=true\n", "desktop"),
        (b"<!DOCTYPE html><html></html>", "html"),
        ("<html><body>\u05e9\u05dc\u05d5\u05dd</body></html>".encode("utf-16"), "html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "svg"),
        (b"@echo off\r\n", "bat"),
        (b"#!/usr/bin/env python3\n", "py"),
        (b"#!/bin/sh\n", "sh"),
        (b"var a = new ActiveXObject('x')", "js"),
        ("Привет, как дела".encode("cp1251"), "text"),
        (bytes(range(256)) * 4, "unknown"),
        (gzip.compress(b"x", mtime=0), "gz"),
        (archives.zipped(FILES), "zip"),
        (archives.zipped({"[Content_Types].xml": b"", "word/document.xml": b""}), "docx"),
        (archives.zipped({"META-INF/MANIFEST.MF": b""}), "jar"),
        (archives.tarred(FILES), "tar"),
        (archives.rar4(FILES), "rar"),
        (archives.rar5(FILES), "rar"),
        (archives.sevenzip(FILES), "7z"),
        (archives.cab(FILES), "cab"),
        (volumes.iso(FILES), "iso"),
        (volumes.udf(FILES), "udf"),
        (volumes.fat(FILES), "img"),
        (volumes.ntfs(FILES), "img"),
        (virtual_disks.gpt(volumes.fat(FILES)), "img"),
        (virtual_disks.vhd_fixed(volumes.fat(FILES)), "vhd"),
        (virtual_disks.vhd_dynamic(volumes.fat(FILES)), "vhd"),
        (virtual_disks.vhdx(volumes.fat(FILES)), "vhdx"),
    ],
)
def test_kind(data: bytes, kind: str) -> None:
    # A fixed virtual disk is known by its end, and its beginning is a volume's.
    assert kind_of(data) in ({"vhd", "img"} if kind == "vhd" else {kind})


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.js", "js"), ("a.ps1", "ps1"), ("a.txt", "text"), ("a.exe", "text"), ("a", "text")],
)
def test_name_settles_only_what_a_text_is(name: str, kind: str) -> None:
    assert kind_of(b"alert(1)", name) == kind
    assert kind_of(b"%PDF-1.4", name) == "pdf"


@given(st.binary(max_size=600), st.text(max_size=20))
def test_any_bytes_have_a_kind(data: bytes, name: str) -> None:
    assert kind_of(data, name)
