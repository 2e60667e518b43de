"""The HTML habits of mail programs, and of the services that write to applicants.

Programs are shared by both splits, as they are in life. Services' layouts are not: card, banner,
rows, frame and note are for fitting; minimal, letterhead, tiles and column are for testing.
"""

from __future__ import annotations

from benchmarks.recruitbench.honest.looks import Style

_LI = "<ul><li>%s</li></ul>"

PROGRAMS = {
    "exchange": Style(
        '<p class="MsoNormal"><span style="font-size:11.0pt">%s<o:p></o:p></span></p>',
        '<p class="MsoNormal"><b>%s</b><o:p></o:p></p>',
        '<p class="MsoListParagraph" style="text-indent:-18.0pt">&middot; %s<o:p></o:p></p>',
        '<p class="MsoNormal"><a href="%l">%s</a><o:p></o:p></p>',
        '<p class="MsoNormal"><span style="color:#1F497D">%s</span><o:p></o:p></p>',
        '<p class="MsoNormal"><span style="font-size:8.0pt;color:gray">%s</span></p>',
        '<head><meta name="Generator" content="Microsoft Word 15 (filtered medium)"></head>'
        '<body lang="EN-GB" link="#0563C1" style="word-wrap:break-word"><div class="WordSection1">',
        "</div></body>",
        '<div style="border:none;border-left:solid blue 1.5pt;padding:0cm 0cm 0cm 4.0pt">%s</div>',
    ),
    "gmail": Style(
        "<div>%s</div><div><br></div>",
        "<div><b>%s</b></div>",
        _LI,
        '<div><a href="%l">%s</a></div><div><br></div>',
        '<div class="gmail_signature">%s</div>',
        '<div style="color:rgb(136,136,136);font-size:small">%s</div>',
        '<body><div dir="auto">',
        "</div></body>",
        '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex">%s</blockquote>',
    ),
    "apple": Style(
        "<div>%s</div><div><br></div>",
        '<div><b style="font-size: 14px;">%s</b></div>',
        _LI,
        '<div><a href="%l">%s</a></div>',
        "<div>%s</div>",
        '<div><font size="1" color="#929292">%s</font></div>',
        '<head><meta http-equiv="Content-Type" content="text/html"></head>'
        '<body style="overflow-wrap: break-word; -webkit-nbsp-mode: space;">',
        "</body>",
        '<blockquote type="cite">%s</blockquote>',
    ),
    "thunderbird": Style(
        "<p>%s</p>",
        "<p><strong>%s</strong></p>",
        _LI,
        '<p><a class="moz-txt-link-freetext" href="%l">%s</a></p>',
        '<div class="moz-signature">%s</div>',
        "<p><small>%s</small></p>",
        "<head></head><body>",
        "</body>",
        '<blockquote type="cite" cite="mid:">%s</blockquote>',
    ),
    "webmail": Style(
        '<p style="font-family:sans-serif;font-size:10pt">%s</p>',
        "<h4>%s</h4>",
        _LI,
        '<p><a href="%l" target="_blank">%s</a></p>',
        '<span style="color:#555">%s</span><br>',
        "<p><small>%s</small></p>",
        "<body>",
        "</body>",
    ),
}

_TABLE = (
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0">'
    '<tr><td align="center">'
)

SERVICES = {
    "card": Style(
        '<p style="margin:0 0 16px;color:#333;font:15px Arial">%s</p>',
        '<h2 style="font:bold 18px Arial;color:#0b3d66">%s</h2>',
        '<ul style="font:15px Arial"><li>%s</li></ul>',
        '<p><a href="%l" style="background:#0b66c3;color:#fff;padding:12px 22px">%s</a></p>',
        '<p style="margin:0;font:14px Arial">%s</p>',
        '<p style="font:11px Arial;color:#999">%s</p>',
        f'<body style="background:#f4f4f4">{_TABLE}'
        '<table width="600" bgcolor="#ffffff"><tr><td style="padding:32px">',
        "</td></tr></table></td></tr></table></body>",
    ),
    "banner": Style(
        '<tr><td style="padding:6px 20px;font-family:Georgia,serif">%s</td></tr>',
        '<tr><td style="padding:14px 20px;font-size:20px">%s</td></tr>',
        '<tr><td style="padding:2px 34px">&#8226; %s</td></tr>',
        '<tr><td style="padding:10px 20px"><a href="%l">%s &raquo;</a></td></tr>',
        '<tr><td style="padding:0 20px;font-style:italic">%s</td></tr>',
        '<tr><td style="padding:16px 20px;font-size:11px;background:#eee">%s</td></tr>',
        '<head><title>%h</title></head><body><table width="640" align="center">'
        '<tr><td bgcolor="#14324f" style="color:#fff;padding:24px;font-size:22px">%o</td></tr>',
        "</table></body>",
    ),
    "rows": Style(
        '<div class="row">%s</div>',
        '<div class="head">%s</div>',
        '<div class="item">%s</div>',
        '<div class="cta"><a href="%l">%s</a></div>',
        '<div class="sig">%s</div>',
        '<div class="legal">%s</div>',
        "<head><style>.row{margin:8px 0}.item{border-top:1px solid #ddd;padding:8px}"
        ".legal{font-size:10px}.head{font-weight:700}</style></head><body>",
        "</body>",
    ),
    "frame": Style(
        '<td style="display:block;padding:4px 24px;font:14px Verdana">%s</td>',
        '<td style="display:block;padding:12px 24px;font:bold 15px Verdana;color:#7a1f5c">%s</td>',
        '<td style="display:block;padding:2px 24px;font:13px Verdana">&#8227; %s</td>',
        '<td style="display:block;padding:12px 24px"><a href="%l" style="border:2px solid #7a1f5c;'
        'padding:8px 18px;color:#7a1f5c;text-decoration:none">%s</a></td>',
        '<td style="display:block;padding:0 24px">%s</td>',
        '<td style="display:block;padding:16px 24px;font:10px Verdana;color:#888">%s</td>',
        '<head><title>%h</title></head><body style="margin:0"><table align="center" width="580" '
        'style="border:1px solid #ccc"><tr>',
        "</tr></table></body>",
    ),
    "note": Style(
        '<p style="margin:0 0 1em">%s</p>',
        '<p style="margin:0 0 1em"><b>%s</b></p>',
        '<p style="margin:0 0 0 1em">&#8211; %s</p>',
        '<p style="margin:0 0 1em"><a href="%l">%s</a></p>',
        '<span style="color:#333">%s</span><br>',
        '<p style="margin-top:3em;font-size:10px;color:#aaa">%s</p>',
        '<body style="font:13px Arial,sans-serif;color:#222">',
        "</body>",
    ),
    "minimal": Style(
        '<p style="font:16px/1.5 Helvetica,sans-serif">%s</p>',
        '<p style="font:600 16px/1.5 Helvetica,sans-serif">%s</p>',
        '<p style="font:16px/1.5 Helvetica,sans-serif;padding-left:1em">&ndash; %s</p>',
        '<p style="font:16px/1.5 Helvetica,sans-serif"><a href="%l">%s</a></p>',
        '<span style="font:14px Helvetica,sans-serif">%s</span><br>',
        '<p style="font:12px Helvetica,sans-serif;color:#777"><hr>%s</p>',
        '<head><meta name="viewport" content="width=device-width"></head>'
        '<body style="max-width:38em">',
        "</body>",
    ),
    "letterhead": Style(
        "<p>%s</p>",
        "<h3>%s</h3>",
        "<ul><li>%s</li></ul>",
        '<center><a href="%l"><b>%s</b></a></center>',
        "<div>%s</div>",
        '<div style="border-top:2px solid #b00020;font-size:9px">%s</div>',
        '<body><div style="text-align:right;border-bottom:2px solid #b00020"><b>%o</b></div>',
        "</body>",
    ),
    "tiles": Style(
        '<div style="padding:0 10px 12px">%s</div>',
        '<div style="background:#e7f2ec;padding:10px;font-weight:bold">%s</div>',
        '<table class="tile" style="border:1px solid #cfd8dc"><tr><td>%s</td></tr></table>',
        '<div style="padding:8px 10px">'
        '<a href="%l" style="border:2px solid #00695c;padding:6px 14px">%s</a></div>',
        '<div style="padding:0 10px">%s</div>',
        '<div style="color:#9e9e9e;font-size:10px;text-align:center">%s</div>',
        f'<body>{_TABLE}<div style="width:560px;text-align:initial">'
        '<div style="font-size:26px;color:#00695c">%o</div>',
        "</div></td></tr></table></body>",
    ),
    "column": Style(
        '<p class="c">%s</p>',
        '<h1 style="font-size:19px">%s</h1>',
        '<p class="c">&#9656; %s</p>',
        '<p class="c"><a class="b" href="%l">%s</a></p>',
        '<p class="c" style="margin:0">%s</p>',
        '<p class="f">%s</p>',
        "<head><style>.c{font-family:Verdana;font-size:13px}.f{font-size:10px;color:#888}"
        ".b{color:#fff;background:#444;padding:8px}</style></head>"
        '<body><table><tr><td width="140" valign="top" bgcolor="#444"></td><td>',
        "</td></tr></table></body>",
    ),
}
