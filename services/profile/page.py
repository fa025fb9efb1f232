"""A profile as a page for a browser: plain HTML, no script, everything escaped."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from html import escape
from typing import Final

from hereabouts.profile.models import Profile

_STYLE: Final = (
    ":root{color-scheme:light dark}"
    "body{font:1.1rem/1.6 system-ui,sans-serif;max-width:36rem;margin:12vh auto;padding:0 1.5rem}"
    "h1{margin:0;line-height:1.2}.handle,.updated{opacity:.7;margin:.2rem 0}"
    ".place{font-size:1.25rem;margin:1.5rem 0 0}.bio{white-space:pre-line}"
)
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

CONTENT_SECURITY_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What the page may load and run: its own style, and nothing else."""


def render(profile: Profile) -> str:
    """The page of a profile."""
    name, handle = escape(profile.display_name), escape(profile.handle)
    parts = [f"<h1>{name}</h1>", f'<p class="handle">@{handle}</p>']
    if profile.bio:
        parts.append(f'<p class="bio">{escape(profile.bio)}</p>')
    if profile.website:
        url = escape(profile.website, quote=True)
        parts.append(f'<p><a href="{url}" rel="nofollow noopener me">{url}</a></p>')
    return _document(f"{name} (@{handle})", "\n".join([*parts, *_place(profile)]))


def render_missing() -> str:
    """The page that says that nobody has this handle."""
    return _document("Nobody here", "<h1>Nobody here</h1>\n<p>Nobody has this handle.</p>")


def _place(profile: Profile) -> list[str]:
    location = profile.location
    if profile.location_status == "unavailable":
        return ['<p class="place">Location unavailable just now.</p>']
    if location is None:
        return ['<p class="place">No location yet.</p>']
    coordinates = _coordinates(location.latitude, location.longitude)
    since = f"since {_time(location.updated_at)}"
    if not location.label:
        return [f'<p class="place">{coordinates}</p>', f'<p class="updated">{since}</p>']
    return [
        f'<p class="place">{escape(location.label)}</p>',
        f'<p class="updated">{coordinates}, {since}</p>',
    ]


def _time(moment: datetime) -> str:
    text = f"{moment.day} {moment:%B %Y, %H:%M} UTC"
    return f'<time datetime="{moment.isoformat()}">{text}</time>'


def _coordinates(latitude: float, longitude: float) -> str:
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    return f"{abs(latitude):.4f}° {north}, {abs(longitude):.4f}° {east}"


def _document(title: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )
