"""What can be tried with one click. All of it synthetic, written for this page."""

from __future__ import annotations

from typing import Final

MESSAGE: Final = """\
From: "Halden Optronics Careers" <talent.halden@webmail-office.example>
To: kim@supplier.example
Subject: Confidential: senior guidance engineer, fast track
Date: Tue, 17 Nov 2026 08:12:44 +0000
Message-ID: <offer-1@webmail-office.example>
Reply-To: recruiting.desk@fastmail-hire.example
Content-Type: text/plain; charset=utf-8

Dear Kim,

I found your profile and was impressed by your work on seekers. We have a confidential
opening with a salary of 240,000. Please do not tell your present employer. Open the job
description in the attached archive (password: offer2026), complete the coding assessment
on your work computer today, and let us go on on WhatsApp.

Laura Stone, Talent Partner
"""

REQUEST: Final = """\
GET /products?search=1%27%20UNION%20SELECT%20name,password%20FROM%20users-- HTTP/1.1
Host: shop.example
User-Agent: Mozilla/5.0
Accept: text/html
"""

LINE: Final = (
    '{"EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational", '
    '"UtcTime": "2026-11-17 08:20:01.000", "Computer": "ws-17.firm.example", '
    '"Image": "C:\\\\Windows\\\\System32\\\\WindowsPowerShell\\\\v1.0\\\\powershell.exe", '
    '"ParentImage": "C:\\\\Program Files\\\\Microsoft Office\\\\root\\\\Office16\\\\WINWORD.EXE", '
    '"CommandLine": "powershell -nop -w hidden -enc SQBFAFgA", '
    '"User": "FIRM\\\\kim", "ProcessId": 4321}'
)
