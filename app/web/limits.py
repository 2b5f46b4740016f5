"""How often one address may ask, before anything else is done (Flask-Limiter).

The limiter protects the machine and may forget; what protects people is counted in SQL
(`app.core.counters`).
"""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, headers_enabled=False, default_limits=[])


def init_app(app: Flask, redis_url: str | None, *, enabled: bool) -> None:
    """Count in Redis where there is one; without it each process counts for itself."""
    app.config["RATELIMIT_STORAGE_URI"] = _storage(redis_url)
    app.config["RATELIMIT_ENABLED"] = enabled
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = True
    app.config["RATELIMIT_SWALLOW_ERRORS"] = True
    limiter.init_app(app)


def _storage(redis_url: str | None) -> str:
    """Return where to count, in the limiter's words: it calls a Redis socket `redis+unix://`."""
    if redis_url is None:
        return "memory://"
    return f"redis+{redis_url}" if redis_url.startswith("unix:") else redis_url
