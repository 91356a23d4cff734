"""No admin of jobs: its buttons would end or repeat work behind the back of what it belongs to."""

from django.contrib import admin
from procrastinate.contrib.django.models import ProcrastinateJob

admin.site.unregister(ProcrastinateJob)
