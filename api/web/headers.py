"""The response headers that every page carries. Nothing is loaded from elsewhere, and the browser is told so."""

from collections.abc import Mapping

_COMMON = {
    "X-Content-Type-Options": "nosniff",
    # The address of a result holds the code on a package: other sites have no business with it.
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_LOCKED = {
    "default-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}


def page_headers(**directives: str) -> Mapping[str, str]:
    """Headers of a page; `directives` adds to the content security policy, `script_src="'none'"` for `script-src`."""
    policy = _LOCKED | {name.replace("_", "-"): value for name, value in directives.items()}
    return _COMMON | {"Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items())}


# The look-up works without scripts, so it allows none.
LOOK_UP_HEADERS = page_headers(script_src="'none'")
# The editor's components write style elements while they run; the sheet's icons are data URIs.
GRAPHIQL_HEADERS = page_headers(style_src="'self' 'unsafe-inline'", img_src="'self' data:")
