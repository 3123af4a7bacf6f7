"""Reads the files of a seized site: dumps, tables, logs and mail; one file a kind."""

from fanal.registry import Registry
from fanal.sources.server.interface import SiteReader

SITE_READERS = Registry[type[SiteReader]](
    "fanal.site_readers",
    {
        "sqlite": "fanal.sources.server.sqlite:SqliteReader",
        "sqlite-dump": "fanal.sources.server.sql_readers:SqliteDumpReader",
        "postgresql": "fanal.sources.server.sql_readers:PostgresqlReader",
        "mysql": "fanal.sources.server.sql_readers:MysqlReader",
        "mail": "fanal.sources.server.mail:MailReader",
        "jsonl": "fanal.sources.server.jsonl:JsonReader",
        "weblog": "fanal.sources.server.weblog:WeblogReader",
        "csv": "fanal.sources.server.csv_reader:CsvReader",
    },
)
"""Every kind of file that is read; a mapping names one, or the first that recognizes it does."""
