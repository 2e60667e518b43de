"""The request line and the headers that carry values, read the way ModSecurity 3 reads them.

All of it is bytes in and bytes out. What needs no decoding is returned as it came.
"""

from __future__ import annotations

from vedette.seclang.uri.arguments import combined_size, parse_arguments
from vedette.seclang.uri.cookies import parse_cookies
from vedette.seclang.uri.headers import (
    auth_type,
    body_processor,
    content_type,
    full_request,
    remote_user,
    server_name,
)
from vedette.seclang.uri.percent import broken_percent, decode_argument, decode_path
from vedette.seclang.uri.target import Target, split_target

__all__ = [
    "Target",
    "auth_type",
    "body_processor",
    "broken_percent",
    "combined_size",
    "content_type",
    "decode_argument",
    "decode_path",
    "full_request",
    "parse_arguments",
    "parse_cookies",
    "remote_user",
    "server_name",
    "split_target",
]
