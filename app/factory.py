"""create_app(): everything the portal is made of, in one screen. Commands come in `wsgi.py`."""

from datetime import timedelta

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app import navigation, operations, paper, principal, words
from app.acceptance import views as acceptance
from app.access_letters import views as access_letters
from app.admin import views as admin
from app.api import customers as _customers  # noqa: F401 - it puts views on the interface
from app.api import views as api
from app.audit import views as audit
from app.bundles import views as bundles
from app.comments import views as comments
from app.core import log, runtime, settings
from app.core.settings import Settings
from app.delivery.views import blueprint as delivery
from app.delivery.views import channels as _channels  # noqa: F401 - its views
from app.delivery.views import deliveries as _deliveries  # noqa: F401 - its views
from app.delivery.views import links as _delivery_links  # noqa: F401 - its views
from app.delivery.views import recipients as _recipients  # noqa: F401 - its views
from app.delivery.views import releases as _delivery_releases  # noqa: F401 - its views
from app.delivery.views import returns as _returns  # noqa: F401 - its views
from app.demo import views as demo
from app.desk.views import (  # noqa: F401 - views of the desk
    attachments,
    contacts,
    customer_home,
    customers,
    documents,
    eyes,
    families,
    guests,
    home,
    links,
    people,
    reading,
)
from app.desk.views import blueprint as desk
from app.documents import views as documents_
from app.dunning.views import blueprint as dunning
from app.dunning.views import listing as _reminders  # noqa: F401 - its views
from app.dunning.views import pausing as _pausing  # noqa: F401 - its views
from app.dunning.views import settings as _reminding  # noqa: F401 - its views
from app.evidence import views as evidence
from app.exports import views as exports
from app.federation import views as federation
from app.identity import rules
from app.identity.views import (  # noqa: F401 - views of people
    account,
    coming_in,
    confirming,
    factors,
    passkeys,
    resetting,
)
from app.identity.views import blueprint as identity
from app.intake import views as intake
from app.intake.views import tables  # noqa: F401 - it puts views on the intake
from app.ladders.views import blueprint as ladders
from app.ladders.views import climbs as _climbs  # noqa: F401 - its views
from app.ladders.views import settings as _ladders  # noqa: F401 - its views
from app.master_data import views as master_data
from app.organisations import views as organisations
from app.payments import hooks as payment_hooks
from app.payments import views as payments
from app.portal.views import blueprint as portal
from app.portal.views import of_customers, of_documents, released, runs  # noqa: F401 - its views
from app.portal.views import security as _portal_security  # noqa: F401 - its views
from app.previews import views as previews
from app.privacy import views as privacy
from app.releases import views as releases
from app.reports import hooks as report_hooks
from app.reports import views as reports
from app.sign_up import views as sign_up
from app.sms import hooks as sms_hooks
from app.sms import views as sms
from app.statements import views as statements
from app.step_up.views import blueprint as step_up
from app.step_up.views import proving, resuming  # noqa: F401 - its views
from app.texts import views as texts
from app.ways_in import views as ways_in
from app.web import (
    assets,
    errors,
    headers,
    installation,
    limits,
    page,
    transaction,
    urls,
    visitor,
)
from app.webhooks import views as webhooks

BLUEPRINTS = (
    *(operations.files, operations.blueprint),
    *(identity, organisations.blueprint, federation.blueprint),
    *(documents_.blueprint, intake.blueprint, ways_in.blueprint, releases.blueprint),
    *(previews.blueprint, exports.blueprint, delivery, webhooks.blueprint),
    *(payments.blueprint, payment_hooks.blueprint, acceptance.blueprint, comments.blueprint),
    *(texts.blueprint, sms.blueprint, sms_hooks.blueprint, step_up),
    *(statements.blueprint, bundles.blueprint, evidence.blueprint),
    *(master_data.blueprint, privacy.blueprint, access_letters.blueprint, sign_up.blueprint),
    *(reports.blueprint, report_hooks.blueprint),
    *(dunning, ladders, portal, desk, admin.blueprint, audit.blueprint, api.blueprint),
)


def create_app(configuration: Settings | None = None) -> Flask:
    """Return the portal as a WSGI application; without a configuration, the environment's."""
    configuration = configuration or settings.from_environment()
    app = Flask(__name__, static_folder=None)
    app.config.update(_flask(configuration))
    log.configure(configuration.log_level)
    _trust_proxies(app, configuration)
    installation.init_app(app, runtime.build(configuration))

    urls.init_app(app)
    headers.init_app(app)
    visitor.init_app(app)
    transaction.init_app(app)
    principal.init_app(app)
    # Programs prove themselves by a key that no browser adds by itself; no cookie counts there.
    csrf = CSRFProtect(app)
    csrf.exempt(api.blueprint)
    # Machines carry no token either; they are believed nothing but that something has changed.
    csrf.exempt(payment_hooks.blueprint)
    csrf.exempt(sms_hooks.blueprint)
    # Mail programs end a report by one click (RFC 8058); its address holds the proof.
    csrf.exempt(report_hooks.blueprint)
    limits.init_app(app, configuration.redis_url, enabled=configuration.environment != "test")
    page.init_app(app)
    assets.init_app(app)
    navigation.init_app(app)
    words.init_app(app)
    paper.init_app(app)
    page.init_macros(app.jinja_env)
    errors.init_app(app)

    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if configuration.mail_caught_in is not None:
        app.register_blueprint(demo.blueprint)
    return app


def _flask(configuration: Settings) -> dict[str, object]:
    secure = configuration.is_secure
    return {
        "SECRET_KEY": configuration.key("cookie"),
        "TESTING": configuration.environment == "test",
        "PROPAGATE_EXCEPTIONS": False,
        "TRUSTED_HOSTS": list(configuration.trusted_hosts),
        "MAX_CONTENT_LENGTH": configuration.upload_limit,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "MAX_FORM_PARTS": 1000,
        "SESSION_COOKIE_NAME": "__Host-kontor" if secure else "kontor",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=rules.ABSOLUTE_LIMIT.seconds // 3600),
        "WTF_CSRF_TIME_LIMIT": 12 * 3600,
        "WTF_CSRF_SSL_STRICT": secure,
    }


def _trust_proxies(app: Flask, configuration: Settings) -> None:
    """Believe X-Forwarded-… only as many times as the settings name proxies (ASVS 4.1.3)."""
    hops = configuration.proxies
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
