"""Office, OpenDocument and other packages built from their parts. Inert: parts only, no code."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

Parts = Mapping[str, bytes | str]
Link = tuple[str, str]
"""The last word of a relationship's type, and its target outside."""


def packed(parts: Parts) -> bytes:
    """A ZIP of the parts, in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def rels(*links: Link, mode: str = 'TargetMode="External"') -> str:
    """A `.rels` part with external relationships."""
    body = "".join(
        f'<Relationship Id="rId{number}" Type="{TYPES}{kind}" Target="{target}" {mode}/>'
        for number, (kind, target) in enumerate(links, 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<Relationships xmlns="{RELATIONSHIPS}">{body}</Relationships>'
    )


def paragraphs(*texts: str) -> str:
    """Runs of a WordprocessingML body."""
    return "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)


def field(instruction: str, *, cuts: int = 1) -> str:
    """A complex field whose instruction is cut into runs of equal length."""
    step = -(-len(instruction) // cuts)
    runs = "".join(
        f'<w:r><w:instrText xml:space="preserve">{instruction[at : at + step]}</w:instrText></w:r>'
        for at in range(0, len(instruction), step)
    )
    return (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        + runs
        + '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def docx(body: str = "", parts: Parts | None = None) -> bytes:
    """A Word document with a body and further parts."""
    body = body or paragraphs("Position: Systems Engineer", "Please find the details below.")
    return packed(
        {
            "[Content_Types].xml": (
                '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
            ),
            "_rels/.rels": rels(),
            "word/document.xml": (
                f'<?xml version="1.0"?><w:document {W}><w:body>{body}</w:body></w:document>'
            ),
            **(parts or {}),
        }
    )


def templated(target: str, **given: str) -> bytes:
    """A Word document with an attached template."""
    return docx(
        parts={
            "word/settings.xml": f'<w:settings {W}><w:attachedTemplate r:id="rId1"/></w:settings>',
            "word/_rels/settings.xml.rels": rels(("attachedTemplate", target), **given),
        }
    )


def linked(kind: str, target: str) -> bytes:
    """A Word document with one external relationship of its body."""
    return docx(parts={"word/_rels/document.xml.rels": rels((kind, target))})


def xlsx(parts: Parts | None = None, strings: tuple[str, ...] = ("Salary", "Level")) -> bytes:
    """A workbook."""
    shared = "".join(f"<si><t>{text}</t></si>" for text in strings)
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": rels(),
            "xl/workbook.xml": (
                '<workbook><sheets><sheet name="Sheet1" sheetId="1"/></sheets></workbook>'
            ),
            "xl/sharedStrings.xml": f"<sst>{shared}</sst>",
            **(parts or {}),
        }
    )


def pptx(slide: str = "", parts: Parts | None = None) -> bytes:
    """A presentation with one slide."""
    text = slide or "<a:p><a:r><a:t>Company overview</a:t></a:r></a:p>"
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": rels(),
            "ppt/presentation.xml": "<p:presentation/>",
            "ppt/slides/slide1.xml": f"<p:sld>{text}</p:sld>",
            **(parts or {}),
        }
    )


def odt(content: str = "<text:p>Offer</text:p>", parts: Parts | None = None) -> bytes:
    """An OpenDocument text, its media type first and stored."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(
            zipfile.ZipInfo("mimetype"),
            "application/vnd.oasis.opendocument.text",
            zipfile.ZIP_STORED,
        )
        every: dict[str, bytes | str] = {
            "content.xml": f"<office:document-content>{content}</office:document-content>",
            "META-INF/manifest.xml": "<manifest:manifest/>",
            **(parts or {}),
        }
        for name, part in every.items():
            file.writestr(name, part)
    return out.getvalue()
