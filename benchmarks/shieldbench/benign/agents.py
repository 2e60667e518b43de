"""The programs that visit: what they call themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.shieldbench.benign.draw import Draw


@dataclass(frozen=True, slots=True)
class Agent:
    """`family` decides order and set of headers, `group` which routes it visits ("browser",
    "library", "robot", ...). `h2`: the site sees it over HTTP/2, names in lower case."""

    family: str
    group: str
    name: str
    brands: str = ""
    platform: str = ""
    mobile: bool = False
    h2: bool = False


_WINDOWS = "Windows NT 10.0; Win64; x64"
_MAC = "Macintosh; Intel Mac OS X 10_15_7"
_LINUX = "X11; Linux x86_64"


def browser(draw: Draw) -> Agent:
    """A browser by its share of the market, roughly."""
    makers: tuple[Callable[[Draw, bool], Agent], ...] = (
        *(_chrome,) * 7, *(_android,) * 5, *(_iphone,) * 4, *(_firefox,) * 4, *(_safari,) * 2,
        _edge, _edge, _webview,
    )  # fmt: skip
    return draw.pick(makers)(draw, draw.chance(0.2))


def _brands(draw: Draw, version: int, brand: str) -> str:
    grease = draw.pick(('"Not/A)Brand";v="8"', '"Not(A:Brand";v="99"', '"Not_A Brand";v="24"'))
    return f'"{brand}";v="{version}", "Chromium";v="{version}", {grease}'


def _chrome(draw: Draw, h2: bool) -> Agent:
    version = draw.between(138, 146)
    system, platform = draw.pick(((_WINDOWS, "Windows"), (_MAC, "macOS"), (_LINUX, "Linux")))
    name = (
        f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{version}.0.0.0 Safari/537.36"
    )
    brands = _brands(draw, version, "Google Chrome")
    return Agent("chrome", "browser", name, brands, platform, h2=h2)


def _edge(draw: Draw, h2: bool) -> Agent:
    version = draw.between(140, 146)
    name = (
        f"Mozilla/5.0 ({_WINDOWS}) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{version}.0.0.0 Safari/537.36 Edg/{version}.0.0.0"
    )
    brands = _brands(draw, version, "Microsoft Edge")
    return Agent("chrome", "browser", name, brands, "Windows", h2=h2)


def _android(draw: Draw, h2: bool) -> Agent:
    version = draw.between(136, 146)
    if draw.chance(0.25):
        samsung = draw.between(27, 29)
        name = (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
            f"SamsungBrowser/{samsung}.0 Chrome/136.0.0.0 Mobile Safari/537.36"
        )
        brands = _brands(draw, 136, "Samsung Internet")
    else:
        name = (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
            f"Chrome/{version}.0.0.0 Mobile Safari/537.36"
        )
        brands = _brands(draw, version, "Google Chrome")
    return Agent("chrome", "browser", name, brands, "Android", mobile=True, h2=h2)


def _webview(draw: Draw, h2: bool) -> Agent:
    version = draw.between(138, 146)
    name = (
        "Mozilla/5.0 (Linux; Android 16; SM-S921B Build/BP2A.250605.031; wv) AppleWebKit/537.36 "
        f"(KHTML, like Gecko) Version/4.0 Chrome/{version}.0.7204.{draw.between(20, 180)} Mobile "
        "Safari/537.36 [FB_IAB/FB4A;FBAV/498.0.0.54.74;IABMV/1;]"
    )
    brands = _brands(draw, version, "Android WebView")
    return Agent("chrome", "browser", name, brands, "Android", mobile=True, h2=h2)


def _iphone(draw: Draw, h2: bool) -> Agent:
    version = draw.pick(("18.3", "18.5", "18.6", "26.0", "26.2"))
    name = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
        f"(KHTML, like Gecko) Version/{version} Mobile/15E148 Safari/604.1"
    )
    return Agent("safari", "browser", name, mobile=True, h2=h2)


def _safari(draw: Draw, h2: bool) -> Agent:
    version = draw.pick(("17.6", "18.4", "18.6", "26.1"))
    name = (
        f"Mozilla/5.0 ({_MAC}) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        f"Version/{version} Safari/605.1.15"
    )
    return Agent("safari", "browser", name, h2=h2)


def _firefox(draw: Draw, h2: bool) -> Agent:
    version = draw.pick((128, 140, 144, 145, 146, 147, 148))
    system = draw.pick((_WINDOWS, "Macintosh; Intel Mac OS X 10.15", _LINUX, "Android 15; Mobile"))
    name = f"Mozilla/5.0 ({system}; rv:{version}.0) Gecko/20100101 Firefox/{version}.0"
    return Agent("firefox", "browser", name, mobile="Android" in system, h2=h2)


_NAMED: dict[str, tuple[tuple[str, str], ...]] = {
    "library": (
        ("curl", "curl/8.5.0"),
        ("curl", "curl/7.88.1"),
        ("python", "python-requests/2.32.3"),
        ("python", "python-httpx/0.28.1"),
        ("python", "python-urllib3/2.5.0"),
        ("go", "Go-http-client/1.1"),
        ("go", "acme-sync/3.4.1 (+https://docs.acme.example/sync)"),
        ("java", "Java/21.0.4"),
        ("java", "Apache-HttpClient/5.4 (Java/17.0.12)"),
        ("node", "axios/1.9.0"),
        ("node", "node"),
        ("node", "PostmanRuntime/7.44.0"),
        ("php", "GuzzleHttp/7"),
        ("okhttp", "okhttp/4.12.0"),
    ),
    "app": (
        ("okhttp", "okhttp/4.12.0"),
        ("okhttp", "Depot/5.12.1 (Android 15; Pixel 8; de_DE)"),
        ("apple", "Depot/5.12.0 (example.depot; build:4411; iOS 18.6.0) Alamofire/5.9.1"),
        ("apple", "Depot/4411 CFNetwork/1568.300.101 Darwin/24.2.0"),
        ("okhttp", "Dart/3.5 (dart:io)"),
    ),
    "robot": (
        (
            "robot",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        ),
        (
            "robot",
            "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, "
            "like Gecko) Chrome/141.0.7390.122 Mobile Safari/537.36 (compatible; Googlebot/2.1; "
            "+http://www.google.com/bot.html)",
        ),
        (
            "robot",
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; "
            "+http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36",
        ),
        (
            "robot",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like "
            "Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; "
            "+http://www.apple.com/go/applebot)",
        ),
        ("robot", "DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)"),
        ("robot", "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)"),
        ("robot", "Mozilla/5.0 (compatible; SeznamBot/4.0; +http://napoveda.seznam.cz/seznambot)"),
        (
            "robot",
            "Mozilla/5.0 (compatible; archive.org_bot +http://archive.org/details/archive.org_bot)",
        ),
    ),
    "preview": (
        ("preview", "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"),
        ("preview", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"),
        ("preview", "Twitterbot/1.0"),
        ("preview", "WhatsApp/2.23.20.0"),
        ("preview", "LinkedInBot/1.0 (compatible; Mozilla/5.0; +http://www.linkedin.com)"),
        ("preview", "TelegramBot (like TwitterBot)"),
        ("preview", "Mastodon/4.3.2 (http.rb/5.2.0; +https://social.example/)"),
    ),
    "reader": (
        ("reader", "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 214 subscribers)"),
        ("reader", "FreshRSS/1.24.3 (Linux; https://freshrss.org)"),
        ("reader", "NetNewsWire (RSS Reader; https://netnewswire.com/)"),
        ("reader", "Tiny Tiny RSS/24.10 (https://tt-rss.org/)"),
        ("reader", "AppleCoreMedia/1.0.0.22G86 (iPhone; U; CPU OS 18_6 like Mac OS X; en_us)"),
    ),
    "monitor": (
        ("monitor", "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)"),
        ("monitor", "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)"),
        ("monitor", "check_http/v2.3.3 (monitoring-plugins 2.3.3)"),
        ("monitor", "Blackbox Exporter/0.25.0"),
        ("monitor", "Prometheus/2.53.1"),
        ("monitor", "kube-probe/1.31"),
        ("monitor", "ELB-HealthChecker/2.0"),
        ("monitor", "Uptime-Kuma/1.23.13"),
    ),
    "dav": (
        ("apple", "iOS/18.6 (22G86) dataaccessd/1.0"),
        ("apple", "macOS/15.6 (24G84) CalendarAgent/994"),
        ("okhttp", "DAVx5/4.4.5-ose (2024/12/06; dav4jvm; okhttp/4.12.0) Android/15"),
        ("firefox", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.4.0"),
        ("dav", "Mozilla/5.0 (Windows) mirall/3.14.3 (build 20241120) (Nextcloud, windows-10.0)"),
        ("dav", "Mozilla/5.0 (Linux) mirall/3.15.0 (Nextcloud, debian-6.1.0-28-amd64)"),
        ("dav", "rclone/v1.68.2"),
        ("dav", "Microsoft-WebDAV-MiniRedir/10.0.22631"),
        ("dav", "gvfs/1.54.4"),
    ),
    "service": (
        ("go", "Stripe/1.0 (+https://stripe.com/docs/webhooks)"),
        ("java", "PayPal IPN ( https://www.paypal.com/ipn )"),
        ("java", "Apache-HttpClient/4.5.14 (Java/17.0.10)"),
        ("go", "GitHub-Hookshot/7f2a1c4"),
        ("go", "GitLab/17.5.1"),
        ("node", "Adyen HttpClient 1.0"),
        ("php", "Mollie.nl HTTP client/1.0"),
        ("python", "python-requests/2.32.3"),
    ),
}


def agent(draw: Draw, group: str) -> Agent:
    """A visitor of a group: "browser", "library", "app", "robot", "preview", "reader", "monitor",
    "dav" or "service"."""
    if group == "browser":
        return browser(draw)
    family, name = draw.pick(_NAMED[group])
    return Agent(family, group, name)
