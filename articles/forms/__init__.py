"""The desk's forms for sources and articles, and fields that other forms share."""

from articles.forms.articles import ArticleEditForm, ArticleForm, TextForm
from articles.forms.base import ActionForm, Kept, PartForm
from articles.forms.fields import LanguageField, PeriodField, storable_text
from articles.forms.lookups import ArticleField, LookupField, Typed
from articles.forms.source_field import SourceField, as_typed, known_sources
from articles.forms.sources import SourceForm
from articles.forms.versions import VersionForm

__all__ = [
    "ActionForm",
    "ArticleEditForm",
    "ArticleField",
    "ArticleForm",
    "Kept",
    "LanguageField",
    "LookupField",
    "PartForm",
    "PeriodField",
    "SourceField",
    "SourceForm",
    "TextForm",
    "Typed",
    "VersionForm",
    "as_typed",
    "known_sources",
    "storable_text",
]
