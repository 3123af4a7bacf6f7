"""Reads the files of a seized site: dumps, tables, logs and mail; one file a kind."""

from fanal.registry import Registry
from fanal.sources.server.interface import SiteReader

SITE_READERS = Registry[type[SiteReader]]("fanal.site_readers", {})
"""Every kind of file that is read; a mapping names one, or the first that recognizes it does."""
