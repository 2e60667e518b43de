"""Text in format=flowed (RFC 3676) as paragraphs."""

from __future__ import annotations


def unflowed(text: str, delsp: bool) -> str:
    """The text with its soft line breaks taken back; quote marks stay, one space after them.

    `delsp` is the DelSp parameter: the space before a soft break belongs to the break.
    """
    out: list[str] = []
    held = ""
    depth_held = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        rest = line[depth:].removeprefix(" ")
        if depth_held >= 0 and depth != depth_held:
            out.append(_quoted(held, depth_held))
            held, depth_held = "", -1
        if rest == "-- ":  # the signature mark is never flowed
            if depth_held >= 0:
                out.append(_quoted(held, depth_held))
            out.append(_quoted(rest, depth))
            held, depth_held = "", -1
            continue
        held += rest
        if rest.endswith(" "):
            depth_held = depth
            if delsp:
                held = held[:-1]
        else:
            out.append(_quoted(held, depth))
            held, depth_held = "", -1
    if depth_held >= 0:
        out.append(_quoted(held, depth_held))
    return "\n".join(out)


def _quoted(text: str, depth: int) -> str:
    return f"{'>' * depth} {text}" if depth else text
