"""What goes over the wire while somebody looks at pages: headers of every answer, secrets of none.

As a passive scanner looks (OWASP ZAP's passive rules; ASVS 5.0, 3.4 and 14.2.1).
"""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request, Response

TOKEN = re.compile(r"/(?:link|sign|pay)/([A-Za-z0-9_-]{43})|[?&](?:token|code|key)=([^&#]{6,})")
FOR_ALL = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}
CACHED = ("/static/", "/brand/")
"""What is the same for everybody may be kept by browsers."""
DISCLOSING = ("x-powered-by", "x-aspnet-version", "via")


class Wire:
    """Listens to one page, and remembers what was wrong."""

    def __init__(self, page: Page, url: str) -> None:
        self.origin, self.answers = url, 0
        self.findings: list[str] = []
        page.on("request", self._asked)
        page.on("response", self._answered)

    def _is_ours(self, url: str) -> bool:
        return url.startswith(self.origin + "/")

    def _asked(self, request: Request) -> None:
        referrer = request.headers.get("referer", "")
        if TOKEN.search(referrer):
            self.findings.append(f"the referrer of {request.url} holds a secret")
        if not self._is_ours(request.url) and TOKEN.search(request.url.partition("?")[0]):
            self.findings.append(f"{urlsplit(request.url).netloc} is told a secret of ours")

    def _answered(self, answer: Response) -> None:
        if not self._is_ours(answer.url) or answer.url.startswith("data:"):
            return
        self.answers += 1
        path, headers = urlsplit(answer.url).path, answer.headers
        wrong = [name for name, value in FOR_ALL.items() if headers.get(name) != value]
        wrong += [name for name in DISCLOSING if name in headers]
        # The name is the server's own and says no version; a proxy in front puts its own there.
        if any(sign.isdigit() for sign in headers.get("server", "")):
            wrong.append("server")
        wrong += _policy(headers.get("content-security-policy", ""))
        if (
            "html" in headers.get("content-type", "")
            and "charset=utf-8" not in headers["content-type"].lower()
        ):
            wrong.append("charset")
        if not path.startswith(CACHED) and "no-store" not in headers.get("cache-control", ""):
            wrong.append("cache-control")
        wanted = ("no-referrer",) if TOKEN.search(answer.url) else ("no-referrer", "same-origin")
        if headers.get("referrer-policy") not in wanted:
            wrong.append("referrer-policy")
        for cookie in answer.headers_array():
            if cookie["name"].lower() == "set-cookie":
                wrong += _cookie(cookie["value"].lower())
        self.findings += [f"{answer.request.method} {path}: {one}" for one in wrong]


def _policy(policy: str) -> list[str]:
    wrong = []
    if "default-src 'none'" not in policy:
        wrong.append("the policy allows what it does not name")
    if "script" in policy and ("unsafe" in policy or "http:" in policy):
        wrong.append("the policy allows foreign or inline code")
    return wrong


def _cookie(cookie: str) -> list[str]:
    return [
        f"a cookie without {part}"
        for part in ("httponly", "samesite=lax", "path=/")
        if part not in cookie
    ]
