"""What Google is answered: cards that fit its schemas and ours, for every function, and for everything that can go wrong."""

from __future__ import annotations

import json

from plugin_backend.web.google_addon.functions import Function
from tests.web.google_addon.conftest import Caller, texts_of


def test_home(google: Caller) -> None:
    answer = google(Function.HOME)
    print(json.dumps(answer, indent=1, ensure_ascii=False))
    assert 0
