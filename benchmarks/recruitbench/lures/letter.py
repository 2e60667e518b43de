"""One text as plain lines and as HTML in the habits of several programs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Final, Literal

Skin = Literal["outlook", "gmail", "apple", "card", "letterhead", "newsletter", "panel"]
_LINK: Final = re.compile(r"<<(.+?)>>")
_URL: Final = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:)]")

_PLACE: Final = re.compile(r"@([A-Z]+)@")
_PAGES: Final[dict[Skin, str]] = {
    "outlook": (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>'
        "p.MsoNormal{margin:0cm;font-size:11.0pt;font-family:Calibri,sans-serif}</style></head>\n"
        '<body lang="@LANG@"@DIR@><div class="WordSection1">@BODY@@IMAGE@@FOOTER@</div>'
        "</body></html>"
    ),
    "gmail": "<div@LTR@>@BODY@@IMAGE@@FOOTER@</div>",
    "apple": (
        '<html><head><meta http-equiv="content-type" content="text/html"></head>'
        '<body style="overflow-wrap: break-word;"@DIR@>@BODY@<br>@IMAGE@@FOOTER@</body></html>'
    ),
    "letterhead": (
        '<!DOCTYPE html><html><body@DIR@ style="font-family:Arial,sans-serif;color:#222">'
        '<div style="border-bottom:3px solid @COLOUR@;padding:12px">@IMAGE@</div>\n@BODY@\n'
        "<hr>@FOOTER@@EYE@</body></html>"
    ),
    "newsletter": (
        '<!DOCTYPE html>\n<html lang="@LANG@"@DIR@><head><meta name="viewport" '
        'content="width=device-width"></head><body style="background:#fafafa;margin:0"><center>'
        '<div style="background:#fff;width:640px;text-align:start;font:15px Georgia,serif">'
        "@IMAGE@@BODY@</div>@FOOTER@</center>@EYE@</body></html>"
    ),
    "panel": (
        '<html lang="@LANG@"@DIR@><body style="font:14px Verdana,sans-serif;color:#1d1d1f">\n'
        '<table width="560" cellpadding="18" style="border:1px solid #d0d0d0;border-radius:6px">'
        '<tr><td style="background:@COLOUR@" height="6">@IMAGE@</td></tr><tr><td>@BODY@</td></tr>'
        "</table><div>@FOOTER@</div>@EYE@</body></html>"
    ),
    "card": (
        '<!DOCTYPE html><html lang="@LANG@"@DIR@><body style="margin:0;background:#f3f2ef">'
        '<table role="presentation" width="100%"><tr><td align="center"><table width="600" '
        'style="background:#fff;padding:24px;font-family:Helvetica,Arial,sans-serif">\n'
        "<tr><td>@IMAGE@</td></tr><tr><td>@BODY@</td></tr><tr><td>@FOOTER@</td></tr></table>"
        "</td></tr></table>@EYE@</body></html>"
    ),
}


@dataclass(frozen=True, slots=True)
class Quote:
    """An earlier message: the line above it and its text."""

    head: str
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Text with `<<label>>` for the link and lists as lines that begin with `- `; what follows."""

    text: str
    link: str
    language: str
    quotes: tuple[Quote, ...] = ()
    footer: str = ""


def plain(letter: Letter, width: int) -> str:
    """Lines of at most `width` characters, or as long as their paragraph where it is 0."""
    text = _LINK.sub(lambda m: f"{m[1]}: {letter.link}", letter.text)
    lines = _wrapped(text, width)
    if letter.footer:
        lines += ["", "-- " if letter.quotes else "_" * 30, *_wrapped(letter.footer, width)]
    deep = ""
    for quote in letter.quotes:
        lines += ["", deep + quote.head if deep else quote.head, ""]
        deep += "> "
        inner = _LINK.sub(lambda m: f"{m[1]}: {letter.link}", quote.text)
        lines += [deep + line if line else deep.rstrip() for line in _wrapped(inner, width)]
    return "\n".join(lines)


def _wrapped(text: str, width: int) -> list[str]:
    out: list[str] = []
    for line in text.split("\n"):
        if not width or len(line) <= width:
            out.append(line)
            continue
        current = ""
        for word in line.split(" "):
            if current and len(current) + 1 + len(word) > width:
                out.append(current)
                current = word
            else:
                current = f"{current} {word}" if current else word
        out.append(current)
    return out


def html(letter: Letter, skin: Skin, logo: str, pixel: str, colour: str) -> str:
    """A whole page. `logo` is a content id, `pixel` a tracking picture's URL, each may be empty."""
    direction = ' dir="rtl"' if letter.language in ("he", "ar") else ""
    image = f'<img src="cid:{logo}" alt="" width="140">' if logo else ""
    body = _blocks(letter.text, letter.link, skin, colour)
    for quote in letter.quotes:
        inner = _blocks(quote.text, letter.link, skin, colour)
        if skin == "outlook":
            line = f'<p class="MsoNormal"><b>{escape(quote.head)}</b></p>'
            body += f'<div style="border-top:solid #E1E1E1 1.0pt">{line}</div>{inner}'
        else:
            mark = ' class="gmail_quote"' if skin == "gmail" else ' type="cite"'
            body += f"<div>{escape(quote.head)}</div><blockquote{mark}>{inner}</blockquote>"
    footer = (
        f'<p style="font-size:8pt;color:#777">{_text(letter.footer)}</p>' if letter.footer else ""
    )
    eye = f'<img src="{pixel}" width="1" height="1" alt="">' if pixel else ""
    parts = {
        "DIR": direction,
        "LANG": letter.language,
        "LTR": direction or ' dir="ltr"',
        "COLOUR": colour,
        "IMAGE": image,
        "BODY": body,
        "FOOTER": footer,
        "EYE": eye,
    }
    return _PLACE.sub(lambda place: parts[place[1]], _PAGES[skin])


def _blocks(text: str, link: str, skin: Skin, colour: str) -> str:
    out = ""
    for block in text.split("\n\n"):
        lines = block.split("\n")
        if all(line.startswith("- ") for line in lines):
            out += (
                "<ul>"
                + "".join(f"<li>{_text(line[2:], link)}</li>\n" for line in lines)
                + "</ul>\n"
            )
        elif skin in ("card", "newsletter", "panel") and (only := _LINK.fullmatch(block)):
            style = f"background:{colour};color:#fff;padding:10px 22px;border-radius:18px"
            out += f'<p><a href="{escape(link)}" style="{style}">{escape(only[1])}</a></p>\n'
        elif skin == "outlook":
            body = "<br>\n".join(_text(line, link) for line in lines)
            out += f'<p class="MsoNormal">{body}</p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>\n'
        elif skin in ("gmail", "apple"):
            out += (
                "".join(f"<div>{_text(line, link)}</div>\n" for line in lines) + "<div><br></div>\n"
            )
        else:
            out += "<p>" + "<br>\n".join(_text(line, link) for line in lines) + "</p>\n"
    return out


def _text(line: str, link: str = "") -> str:
    at, out = 0, ""
    for mark in re.finditer(f"{_LINK.pattern}|{_URL.pattern}", line):
        target, label = (link, mark[1]) if mark[1] else (mark[0], mark[0])
        out += escape(line[at : mark.start()], quote=False)
        out += f'<a href="{escape(target)}">{escape(label, quote=False)}</a>'
        at = mark.end()
    return (out + escape(line[at:], quote=False)).replace("\n", "<br>")
