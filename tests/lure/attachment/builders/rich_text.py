"""Rich text with templates, objects and fields."""

from __future__ import annotations

from lure.attachment.builders.objects import ole1


def rtf(body: str = "Position: Systems Engineer\\par", head: str = "") -> bytes:
    """A rich text file."""
    return (
        "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}}"
        + head
        + "\\f0\\fs22 "
        + body
        + "}"
    ).encode("latin-1")


def templated(url: str, *, word: str = "\\*\\template") -> bytes:
    """Rich text with a template."""
    return rtf(head="{" + word + " " + url + "}")


def unicode_letters(text: str) -> str:
    """Text written as `\\u` control words."""
    return "".join(f"\\u{ord(letter)}?" for letter in text)


def embedded(
    object_class: str, data: bytes, *, flags: str = "\\objemb", junk: str = "", kind: int = 2
) -> bytes:
    """Rich text with an object; `junk` is put between every few digits of its data."""
    digits = ole1(object_class, data, kind=kind).hex()
    step = 24 if junk else 128
    cut = (junk or "\n").join(digits[at : at + step] for at in range(0, len(digits), step))
    return rtf(
        "{\\object"
        + flags
        + "\\objw100\\objh100{\\*\\objclass "
        + object_class
        + "}{\\*\\objdata "
        + cut
        + "}}"
    )


def field(instruction: str) -> bytes:
    """Rich text with a field."""
    return rtf("{\\field{\\*\\fldinst {" + instruction + "}}{\\fldrslt x}}")
