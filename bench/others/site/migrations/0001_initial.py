"""The table of the page."""

import django.db.models.deletion
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClaimPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                ("summary", models.TextField()),
                (
                    "evidence",
                    wagtail.fields.StreamField(
                        [("piece", 4)],
                        block_lookup={
                            0: ("wagtail.blocks.TextBlock", (), {}),
                            1: ("wagtail.blocks.CharBlock", (), {}),
                            2: ("wagtail.blocks.DateBlock", (), {}),
                            3: ("wagtail.blocks.BooleanBlock", (), {"required": False}),
                            4: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("quotation", 0),
                                        ("source", 1),
                                        ("role", 1),
                                        ("organisation", 1),
                                        ("article", 1),
                                        ("publisher", 1),
                                        ("stated", 2),
                                        ("denies", 3),
                                    ]
                                ],
                                {},
                            ),
                        },
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
            bases=("wagtailcore.page",),
        ),
    ]
