"""Accounts at providers: connect, confirm what is added to whose ledger, connect again, disconnect."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connectors.oauth import OAuthProvider
from plugin_backend.usecases.connect_account import begin_link, confirm_offer, decline_offer, show_offer, take_answer
from plugin_backend.usecases.disconnect_account import disconnect_account, list_links
from plugin_backend.usecases.errors import NotLinked
from plugin_backend.usecases.sync_provider import ask_for_sync
from plugin_backend.usecases.sync_status import list_accounts
from plugin_backend.usecases.views import LinkView
from plugin_backend.web.identity import LONGEST_SECRET, owner_id, session_secret
from plugin_backend.web.pages.blueprint import pages
from plugin_backend.web.site import this_site

UNPROCESSABLE = 422


@pages.get("/accounts")
def accounts() -> str:
    site = this_site()
    return render_template(
        "accounts.html",
        links=list_links(site.database, owner_id(), site.providers),
        providers=tuple(site.providers.values()),
        accounts={each.id: each for each in list_accounts(site.database, owner_id(), now=site.now())},
    )


@pages.post("/accounts/sync")
def sync() -> Response:
    """Have an account asked at once; the process beside the service does so within seconds."""
    found = _link_named(request.form.get("account", ""))
    if found is None:
        abort(404)
    ask_for_sync(this_site().database, owner_id(), found.account)
    return redirect(url_for("pages.accounts", done="syncing"), code=303)


@pages.post("/accounts/connect")
def connect() -> str | tuple[str, int]:
    """Say what will be read, and lead to the provider by a link.

    Not by a redirect: browsers hold the redirect of a form against the policy that forms stay here.
    """
    site, provider = this_site(), _provider(request.form.get("provider", ""))
    again = _link_named(request.form.get("account", ""))
    try:
        url = begin_link(
            site.database,
            owner_id(),
            provider,
            session_secret=session_secret(),
            redirect_uri=redirect_uri(provider),
            now=site.now(),
            account_id=again.account if again else None,
        )
    except NotLinked as error:
        return _not_linked(error)
    return render_template("connect.html", provider=provider, url=url, again=again)


@pages.get("/oauth/<name>/callback")
def answered(name: str) -> Response | tuple[str, int]:
    """Take the provider's answer, each at an address of its own, and leave its address behind at once: a code stands in it."""
    if request.method == "HEAD":
        # A program that only looks at links must not use an answer up.
        abort(405)
    site, provider = this_site(), _provider(name)
    try:
        outcome = take_answer(
            site.database, owner_id(), provider, request.args.items(multi=True), session_secret=session_secret(), now=site.now()
        )
    except NotLinked as error:
        return _not_linked(error)
    if outcome.linked:
        return redirect(url_for("pages.accounts", done="connected"), code=303)
    return redirect(url_for("pages.adding", offer=outcome.to_confirm), code=303)


@pages.get("/accounts/adding")
def adding() -> str | tuple[str, int]:
    """Say which account is about to be added to whose ledger."""
    site, key = this_site(), request.args.get("offer", "")[:LONGEST_SECRET]
    try:
        offer = show_offer(site.database, owner_id(), site.providers, key, session_secret=session_secret(), now=site.now())
    except NotLinked as error:
        return _not_linked(error)
    return render_template("adding.html", offer=offer, key=key)


@pages.post("/accounts/adding")
def add() -> Response | tuple[str, int]:
    return _settle(confirm=True)


@pages.post("/accounts/leaving")
def leave_out() -> Response | tuple[str, int]:
    return _settle(confirm=False)


@pages.post("/accounts/disconnect")
def disconnect() -> Response:
    found = _link_named(request.form.get("account", ""))
    if found is None:
        abort(404)
    done = disconnect_account(this_site().database, owner_id(), this_site().providers, found.account)
    return redirect(url_for("pages.accounts", done="disconnected" if done.state == "disconnected" else None), code=303)


def redirect_uri(provider: OAuthProvider) -> str:
    """Where a provider's answers come, which is what has to be registered there."""
    return f"{this_site().origin}{url_for('pages.answered', name=provider.name)}"


def _settle(*, confirm: bool) -> Response | tuple[str, int]:
    site, provider = this_site(), _provider(request.form.get("provider", ""))
    key = request.form.get("offer", "")[:LONGEST_SECRET]
    act = confirm_offer if confirm else decline_offer
    try:
        act(site.database, owner_id(), provider, key, session_secret=session_secret(), now=site.now())
    except NotLinked as error:
        return _not_linked(error)
    not_added = "left_behind" if provider.left_behind else "not_added"
    return redirect(url_for("pages.accounts", done="connected" if confirm else not_added), code=303)


def _provider(name: str) -> OAuthProvider:
    found = this_site().providers.get(name)
    if found is None:
        abort(404)
    return found


def _link_named(account: str) -> LinkView | None:
    """The owner's link of an account number; None without a number, 404 where there is none."""
    if not account:
        return None
    known = {str(each.account): each for each in list_links(this_site().database, owner_id(), this_site().providers)}
    if account not in known:
        abort(404)
    return known[account]


def _not_linked(error: NotLinked) -> tuple[str, int]:
    return render_template("not_linked.html", sentence=str(error)), UNPROCESSABLE
