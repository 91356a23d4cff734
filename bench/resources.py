"""Imports by django-import-export, to compare ours with: as its manual says, and doing the same."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from import_export import fields, resources

from articles import dates
from articles.history import facts, record
from articles.models import Article, Source
from articles.slugs import free_slug, slug_of
from claims.actions import upkeep
from claims.models import Appearance, Claim, Evidence


class ClaimResource(resources.ModelResource):  # type: ignore[misc]  # the package has no types
    """What one writes after the manual: the claim, and what hangs on it after it was saved."""

    text = fields.Field(attribute="text", column_name="claim")

    class Meta:
        model = Claim
        import_id_fields = ("text",)
        fields = ("text",)
        skip_unchanged = True

    def __init__(self, by: User) -> None:
        super().__init__()
        self.by = by

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        instance.slug = slug_of(instance.text, "claim")
        instance.logged_by = self.by

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        source = self.source(row["source"], row["source_kind"])
        paper = self.source(row["publisher"], "organisation")
        article = Article.objects.filter(url=row["article_url"]).first()
        if article is None:
            title = row["article_title"]
            article = Article.objects.create(
                title=title,
                slug=free_slug(title, "article", Article.objects),
                url=row["article_url"],
                publisher=paper,
                published=dates.read(row["article_published"]),
            )
        evidence = Evidence.objects.create(
            claim=instance, source=source, stated=dates.read(row["stated"]), recorded_by=self.by
        )
        Appearance.objects.create(
            evidence=evidence, article=article, exact=row["quotation"], recorded_by=self.by
        )

    def source(self, name: str, kind: str) -> Source:
        """The source of that name, found or added."""
        held = Source.objects.filter(name=name, kind=kind).first()
        if held is None:
            slug = free_slug(name, "source", Source.objects)
            held = Source.objects.create(name=name, kind=kind, slug=slug)
        return held


class RecordedResource(ClaimResource):
    """The same, leaving what our import leaves: events of each change, and the evidence state."""

    class Meta(ClaimResource.Meta):
        pass

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        record(by=self.by, verb="claim.logged", subject=instance, claim=instance)
        before = Source.objects.count(), Article.objects.count()
        super().after_save_instance(instance, row, **kwargs)
        pairs: tuple[Any, ...] = (Source, Article)
        for model, held, verb in zip(pairs, before, ("source.added", "article.added"), strict=True):
            for added in model.objects.order_by("-pk")[: model.objects.count() - held]:
                record(by=self.by, verb=verb, subject=added)
        evidence = instance.evidence.get()
        moved = upkeep.refresh(instance.pk)
        payload = {
            **facts(evidence),
            "appearances": [facts(place) for place in evidence.appearances.all()],
            "standing": moved.get(instance.pk),
        }
        record(
            by=self.by, verb="evidence.linked", subject=evidence, claim=instance, payload=payload
        )
