"""The settings: the only reader of the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from plugin_backend.domain.ledger import Tier
from plugin_backend.usecases.children import LARGE

ENV_PREFIX = "ACQUAINT_"
SETTINGS_FILE = "settings.toml"
WORKERS_THAT_WAIT = 2
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with; what is bound is the user's word


def reached_at(host: str) -> str:
    """Where what is bound to an address answers on this machine."""
    return "127.0.0.1" if host in _EVERYWHERE else host


def host_in_url(host: str) -> str:
    """The same as it stands in a URL (RFC 3986, section 3.2.2)."""
    reached = reached_at(host)
    return f"[{reached}]" if ":" in reached else reached


def default_data_dir() -> Path:
    """Where everything local lives unless it is said: ``$XDG_DATA_HOME/acquaint``, or ``~/.local/share/acquaint``."""
    base = os.environ.get("XDG_DATA_HOME", "")
    return (Path(base) if base else Path.home() / ".local" / "share") / "acquaint"


class Settings(BaseSettings):
    """Read from the environment first, then from ``settings.toml`` in the data folder."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, extra="ignore", frozen=True)

    data_dir: Path = Field(default_factory=default_data_dir, description="Everything local lives here: database, keys, settings.toml.")
    database_url: str = Field(
        default="", description="SQLAlchemy URL. Empty: SQLite in the data folder. PostgreSQL: postgresql+psycopg://user@host/name."
    )
    keys: SecretStr = Field(
        default=SecretStr(""), description="Encryption keys, newest first: id:base64,id:base64. Empty: keys.json in the data folder."
    )
    privacy_tier: Tier = Field(
        default=Tier.SUBJECTS, description="What is kept of a text, encrypted: metadata, subjects or spans. Bodies never."
    )
    host: str = Field(default="127.0.0.1", description="Address that `acquaint serve` binds.")
    port: int = Field(default=8765, ge=0, le=65535, description="Port that `acquaint serve` binds; 0 takes a free one.")
    workers: int = Field(
        default=0, ge=0, le=32, description="Processes that answer. 0: one with SQLite, two with PostgreSQL, which is waited for."
    )
    allowed_hosts: tuple[str, ...] = Field(default=(), description="Further host names the service answers to, as a JSON list.")
    public_url: str = Field(
        default="", description="Where a TLS proxy in front serves this, e.g. https://acquaint.example.org: cookies are then Secure."
    )
    page_size: int = Field(default=500, ge=1, le=10_000, description="Messages per transaction of an import.")
    read_ahead_bytes: int = Field(
        default=LARGE, ge=0, description="Sources larger than this are read in child processes, ahead of what is stored."
    )
    colleague_domains: frozenset[str] = Field(default=frozenset(), description="Further domains of your own organisation, as a JSON list.")

    google_client_id: str = Field(
        default="", description="Your Google client id (docs/google.md); without one no Google account can be connected."
    )
    google_client_secret: SecretStr = Field(default=SecretStr(""), description="The secret of that client.")
    google_auth_uri: str = Field(default="https://accounts.google.com/o/oauth2/v2/auth", description="Google's consent page.")
    google_token_uri: str = Field(default="https://oauth2.googleapis.com/token", description="Where Google gives tokens.")
    google_revoke_uri: str = Field(default="https://oauth2.googleapis.com/revoke", description="Where a grant is given back.")
    google_jwks_uri: str = Field(default="https://www.googleapis.com/oauth2/v3/certs", description="The keys that Google signs with.")
    google_issuer: str = Field(default="https://accounts.google.com", description="What Google calls itself in what it signs.")
    google_api_root: str = Field(
        default="", description="Where the Gmail and Calendar APIs are, single calls and batches; empty: at Google's own addresses."
    )
    google_units_per_minute: int = Field(
        default=6_000,
        ge=100,
        description="Quota units that Gmail may be asked for in a minute, for each mailbox; reading a message takes 20.",
    )
    google_calendar_calls_per_minute: int = Field(
        default=600, ge=10, description="Calls that Google Calendar may be asked for in a minute, for each account."
    )
    google_batch: int = Field(default=25, ge=1, le=50, description="Messages that are fetched, and stored, in one go.")
    google_message_page: int = Field(default=100, ge=1, le=500, description="Message ids that are listed at once.")
    google_history_page: int = Field(default=100, ge=1, le=500, description="Changes of a mailbox that are asked for at once.")
    google_event_page: int = Field(
        default=250,
        ge=1,
        le=2_500,
        description="Events that are listed at once; at most half of the calls of a minute, for series take two.",
    )
    ms_client_id: str = Field(
        default="", description="Your Microsoft application's id (docs/microsoft.md); without one no Microsoft account can be connected."
    )
    ms_client_secret: SecretStr = Field(
        default=SecretStr(""), description="The secret of that application; empty where it is registered as a public client."
    )
    ms_authority: str = Field(
        default="https://login.microsoftonline.com/common",
        description="Whose accounts Microsoft lets in: /common everybody's, /organizations, /consumers, or a tenant's.",
    )
    ms_instance_discovery: bool = Field(
        default=True, description="Whether an authority that is not Microsoft's own is looked up there first; false for a double."
    )
    graph_root: str = Field(
        default="https://graph.microsoft.com/v1.0/",
        description="Where Microsoft Graph is, its version included; no link is followed out of it.",
    )
    graph_calls_per_ten_minutes: int = Field(
        default=10_000,
        ge=100,
        description="Calls that Outlook may be asked for in ten minutes, for each mailbox; each part of a batch is one.",
    )
    graph_batch: int = Field(default=20, ge=1, le=20, description="Calls to Microsoft Graph that are made in one go.")
    graph_message_page: int = Field(default=50, ge=1, le=1_000, description="Outlook messages that are read, and stored, in one go.")
    graph_event_page: int = Field(default=100, ge=1, le=1_000, description="Outlook events that are read in one go.")
    outlook_client_id: str = Field(
        default="", description="Id of your API's registration at Microsoft Entra (docs/outlook-addin.md); without one no pane can sign in."
    )
    outlook_tenants: tuple[str, ...] = Field(
        default=(), description='Ids of the organisations whose people may use the panes, as a JSON list; ["*"] for any. Empty: nobody.'
    )
    outlook_jwks_uri: str = Field(
        default="https://login.microsoftonline.com/common/discovery/v2.0/keys", description="The keys that Microsoft Entra signs with."
    )
    outlook_frame_hosts: tuple[str, ...] = Field(
        default=(
            "https://outlook.office.com",
            "https://outlook.office365.com",
            "https://outlook.live.com",
            "https://outlook.cloud.microsoft",
        ),
        description="The mail programs that may show the panes in a frame, as a JSON list; a sovereign cloud has others.",
    )
    previews: bool = Field(
        default=False, description="Show the panes beside a made-up mail program, at /preview; `acquaint demo` switches it on."
    )
    google_addon_service_account: str = Field(
        default="", description="Who calls for your Google add-on: serviceAccountEmail of `gcloud workspace-add-ons get-authorization`."
    )
    google_addon_client_id: str = Field(
        default="", description="The client id of your Google add-on: oauthClientId of `gcloud workspace-add-ons get-authorization`."
    )
    brief_minutes_before: int = Field(
        default=30, ge=0, le=1_440, description="So many minutes before a meeting its brief is sent to you; 0 for not at all."
    )
    brief_evening_hour: int = Field(
        default=18, ge=-1, le=23, description="At this hour, in this machine's time zone, tomorrow's briefs are sent; -1 for not at all."
    )
    brief_mail_to: str = Field(default="", description="One of your own addresses, to send briefs to. Empty: none is sent.")
    smtp_host: str = Field(default="", description="The mail server that sends your briefs; empty: none is sent.")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Its port: 587 for STARTTLS, 465 for TLS from the first byte.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="starttls, tls or none; none only towards this machine itself."
    )
    smtp_user: str = Field(default="", description="The user to sign in as; empty: without signing in.")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="The password of that user.")
    smtp_from: str = Field(default="", description="The sender of briefs; empty: the address they go to.")
    ca_bundle: str = Field(default="", description="File of the certificate authorities to trust towards providers; empty: the usual ones.")

    @property
    def url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data_dir / 'acquaint.db'}"

    @property
    def answering(self) -> int:
        """How many processes answer: while one waits for a database of another process, a second has something to do."""
        return self.workers or (WORKERS_THAT_WAIT if self.url.startswith("postgresql") else 1)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then the file in the data folder."""
        folder = Path(os.environ.get(f"{ENV_PREFIX}DATA_DIR", "") or default_data_dir())
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, folder / SETTINGS_FILE))


def load_settings(**overrides: object) -> Settings:
    """The settings of this process.

    Raises:
        pydantic.ValidationError: a setting has a value that it cannot have.
    """
    return Settings.model_validate({**Settings().model_dump(), **overrides}) if overrides else Settings()
