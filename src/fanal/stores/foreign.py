"""Finds what lies in a case's database that fanal never puts there: it could make rows vanish."""

from collections.abc import Iterator

from sqlalchemy import Connection

from fanal.errors import CaseError

_QUERIES = {
    "sqlite": """
        SELECT type, name FROM sqlite_schema
        WHERE type IN ('trigger', 'view') OR sql LIKE 'CREATE VIRTUAL%'""",
    "postgresql": """
        WITH mine AS (
            SELECT c.* FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = current_schema())
        SELECT 'trigger', tgname::text FROM pg_trigger JOIN mine ON tgrelid = mine.oid
            WHERE NOT tgisinternal
        UNION ALL SELECT 'rule', rulename::text FROM pg_rewrite JOIN mine ON ev_class = mine.oid
            WHERE rulename <> '_RETURN'
        UNION ALL SELECT 'policy', polname::text FROM pg_policy JOIN mine ON polrelid = mine.oid
        UNION ALL SELECT 'row security', relname::text FROM mine WHERE relrowsecurity
        UNION ALL SELECT 'heir', inhrelid::regclass::text FROM pg_inherits
            JOIN mine ON inhparent = mine.oid
        UNION ALL SELECT 'view', relname::text FROM mine WHERE relkind IN ('v', 'm')
        UNION ALL SELECT 'foreign table', relname::text FROM mine WHERE relkind IN ('f', 'p')
        UNION ALL SELECT 'function', proname::text FROM pg_proc
            JOIN pg_namespace n ON n.oid = pronamespace WHERE n.nspname = current_schema()
        ORDER BY 1, 2""",
}


def foreign(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield kind and name of each thing in the database that is not ours."""
    for kind, name in connection.exec_driver_sql(_QUERIES[connection.dialect.name]):
        yield str(kind), str(name)


def refuse_foreign(connection: Connection) -> None:
    """Refuse to write where something is that could make rows vanish unseen."""
    for kind, name in foreign(connection):
        raise CaseError(
            f"the case was tampered with: its database holds the {kind} {name!r},"
            " which fanal never makes",
            "nothing was written; check it: fanal audit verify",
        )
