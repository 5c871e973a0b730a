"""The sidebar: pages made on the server, that work without JavaScript and fit a panel of 320 px as well as a wide window."""

from plugin_backend.web.pages import accounts, drafts, entering, feed, keeping, meetings, people, person
from plugin_backend.web.pages.blueprint import pages

__all__ = ["accounts", "drafts", "entering", "feed", "keeping", "meetings", "pages", "people", "person"]
