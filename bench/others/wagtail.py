"""Makes the page of the Wagtail site; what it shows comes as JSON on standard input.

python -m bench.others.wagtail < pieces.json
"""

from __future__ import annotations

import json
import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.others.site.settings"
django.setup()

from django.core.management import call_command
from wagtail.models import Page, Site

from bench.others.site.models import ClaimPage

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    given = json.load(sys.stdin)
    home = Page.objects.get(depth=2)
    page = ClaimPage(
        title=given["title"],
        slug="claim",
        summary=given["summary"],
        evidence=json.dumps([{"type": "piece", "value": piece} for piece in given["pieces"]]),
    )
    home.add_child(instance=page)
    page.save_revision().publish()
    Site.objects.update(hostname="localhost", site_name="Claims")
