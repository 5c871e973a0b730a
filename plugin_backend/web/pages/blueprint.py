"""The blueprint that all pages hang on, with the words their templates use."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from plugin_backend.web.identity import csrf_token
from plugin_backend.web.pages import words
from plugin_backend.web.site import this_site

pages = Blueprint("pages", __name__)

FILTERS = (
    words.ago,
    words.channel,
    words.counted,
    words.day,
    words.iso,
    words.opening,
    words.stage,
    words.substance,
    words.time_of_day,
)
for each in FILTERS:
    pages.add_app_template_filter(each)


@pages.app_context_processor
def common() -> dict[str, Any]:
    """What every template may use."""
    return {
        "csrf": csrf_token,
        "now": this_site().now(),
        "version": this_site().version,
        "previews": this_site().previews,
        "done": words.DONE.get(request.args.get("done", ""), ""),
        "STAGE_MEANS": words.STAGE_MEANS,
        "STANDING_MEANS": words.STANDING_MEANS,
        "VERDICTS": words.VERDICTS,
        "READS_MEAN": words.READS_MEAN,
        "LINK_STATES": words.LINK_STATES,
        "STREAM_STATES": words.STREAM_STATES,
        "TIER_MEANS": words.TIER_MEANS,
    }
