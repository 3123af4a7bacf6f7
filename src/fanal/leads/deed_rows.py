"""Tells what each person did: one row a kind of deed and series, content or nothing.

Made of the events of all sites and of what `leads.deeds` joined; the rows that it rests on, and how
media were joined to contents of the case, are told with it.
"""

import shutil
from pathlib import Path

from fanal.leads.calculator import Calculator, literal
from fanal.leads.opening import REF_TYPE

MOST_SINGLE = 200
"""Contents in no series that are told one by one for a person and a kind of deed; the rest are told
together."""
MOST_NAMED = 20
"""Contents or exhibits that a row names."""
NEVER = "TIMESTAMP '9999-12-31 00:00:00'"
KINDS = """CASE e.kind WHEN 'generate' THEN 'made' WHEN 'upload' THEN 'sent'
    WHEN 'bought' THEN 'paid' WHEN 'comment' THEN 'came' WHEN 'view' THEN 'fetched'
    WHEN 'download' THEN 'fetched' END"""
"""What an event of a site is, as a deed."""
SHAPE = f"""(lead VARCHAR, kind VARCHAR, what VARCHAR, count BIGINT, first VARCHAR, last VARCHAR,
    says VARCHAR, refs {REF_TYPE}[], data VARCHAR)"""
FOLDER = "deeds"
"""Where the rows lie, part by part, until the leads are written."""
EACH = 2_000_000
"""Rows of a site that are worked on together, about; memory follows it, not the site."""
PARTS = (1, 2, 4, 8, 16)
"""Into how many parts leads are cut, by the first digit of their ids."""


def write_rows(calculator: Calculator, folder: Path) -> None:
    """Make `lead_deed`, which is sorted and reads files of the folder, `lead_content` and flags."""
    home = folder / FOLDER
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    _media(calculator)
    calculator.run(
        "CREATE OR REPLACE TABLE flag_deeds"
        f" (lead VARCHAR, code VARCHAR, says VARCHAR, refs {REF_TYPE}[])"
    )
    calculator.run(
        "CREATE OR REPLACE TABLE lead_content (lead VARCHAR, basis VARCHAR, count BIGINT)"
    )
    paths = []
    for number, (first, last) in enumerate(_bounds(calculator)):
        calculator.run(
            "CREATE OR REPLACE TABLE deed_person AS SELECT site, account, lead FROM person"
            " WHERE lead[3] BETWEEN $1 AND $2",
            [first, last],
        )
        calculator.run(f"CREATE OR REPLACE TABLE deed_told {SHAPE}")
        _events(calculator)
        for sql in _STEPS:
            calculator.run(sql)
        paths.append(home / f"{number:02}.parquet")
        calculator.write("SELECT * FROM deed_told ORDER BY lead, kind, what, says", paths[-1])
    for table in ("told", "part", "row", "more", "held", "many", "person"):
        calculator.run(f"DROP TABLE deed_{table}")
    files = ", ".join(literal(str(path.resolve())) for path in paths)
    calculator.run(
        f"CREATE OR REPLACE VIEW lead_deed AS SELECT * FROM read_parquet([{files}])"  # noqa: S608
    )


def _bounds(calculator: Calculator) -> list[tuple[str, str]]:
    """Return the first and last digit of each part."""
    rows = sum(
        int(calculator.value(f"SELECT count(*) FROM {table}"))  # noqa: S608
        for table in ("media_event", "login", "payment")
    )
    number = next((each for each in PARTS if rows <= each * EACH), PARTS[-1])
    width = 16 // number
    return [(f"{at:x}", f"{at + width - 1:x}") for at in range(0, 16, width)]


def _media(calculator: Calculator) -> None:
    """Make one row of each medium with all that is known of it, and of the models it names."""
    calculator.run(
        """CREATE OR REPLACE TABLE deed_known AS
        SELECT d.m, d.site, d.media, j.sha256, j.how, j.distance, c.origin, c.victim, d.src,
            CASE WHEN j.sha256 IS NOT NULL THEN coalesce(c.series, j.sha256)
                WHEN d.series_said IS NOT NULL THEN concat(d.site, '/', d.series_said)
                ELSE '' END AS what,
            j.sha256 IS NULL AND d.series_said IS NOT NULL AS of_site,
            j.sha256 IS NOT NULL AND c.series IS NULL AS single,
            CASE WHEN j.how <> 'pdq' THEN c.basis WHEN d.basis = 'known_real' THEN 'known real'
                WHEN d.basis = 'ai_confirmed' THEN 'generator'
                WHEN d.basis = 'ai_suspected' THEN 'generator suspected'
                WHEN d.basis = 'not_illegal' THEN 'not illegal' ELSE 'unknown' END AS basis
        FROM deed_medium d LEFT JOIN deed_join j ON j.m = d.m
        LEFT JOIN deed_content c ON c.sha256 = j.sha256"""
    )
    calculator.run(_MODELS)


def _events(calculator: Calculator) -> None:
    """Make one row of each person, kind of deed and medium, and settle what it is about."""
    calculator.run(
        f"""CREATE OR REPLACE TABLE deed_part AS
        SELECT a.lead, a.kind, CASE WHEN k.single OR k.of_site THEN k.what ELSE coalesce(k.what, '')
            END AS what, k.single, coalesce(k.of_site, false) AS of_site, a.site, a.media,
            k.m, k.sha256, k.how, k.distance, k.origin, k.victim, k.basis, a.n, a.views,
            a.first, a.last, {{'ts': a.row.ts, 'src': a.row.src, 'medium': k.src}} AS row
        FROM (SELECT p.lead, {KINDS} AS kind, e.site, e.media, count(*) AS n,
                count(*) FILTER (e.kind = 'view') AS views, min(e.ts) AS first, max(e.ts) AS last,
                min({{'ts': coalesce(e.ts, {NEVER}), 'src': e.src}}) AS row
            FROM media_event e JOIN deed_person p ON p.site = e.site AND p.account = e.account
            WHERE {KINDS} IS NOT NULL GROUP BY ALL) a
        LEFT JOIN deed_known k ON k.site = a.site AND k.media = a.media"""  # noqa: S608
    )
    calculator.run(
        f"""CREATE OR REPLACE TABLE deed_many AS SELECT lead, kind, what FROM (
            SELECT lead, kind, what, row_number() OVER (
                PARTITION BY lead, kind, of_site ORDER BY sum(n) DESC, what) AS place
            FROM deed_part WHERE single OR of_site GROUP BY lead, kind, of_site, what)
        WHERE place > {MOST_SINGLE}"""  # noqa: S608
    )
    calculator.run(
        """UPDATE deed_part SET what = '' FROM deed_many m WHERE deed_part.lead = m.lead
            AND deed_part.kind = m.kind AND deed_part.what = m.what"""
    )


_COUNTED = """CREATE OR REPLACE TABLE deed_row AS
SELECT lead, kind, what, sum(n)::BIGINT AS n, sum(views)::BIGINT AS views, min(first) AS first,
    max(last) AS last, count(*) AS media, count(*) FILTER (how <> 'pdq') AS same,
    count(*) FILTER (how = 'pdq') AS alike,
    min(distance) FILTER (how = 'pdq') AS nearest, max(distance) FILTER (how = 'pdq') AS farthest,
    earliest(row.ts, {'src': row.src, 'medium': row.medium}) AS rows
FROM deed_part GROUP BY lead, kind, what"""
_MORE = """CREATE OR REPLACE TABLE deed_more AS
SELECT lead, kind, what, list_sort(list({'s': sha256, 'd': distance, 'h': how, 'o': origin,
    'v': victim})) AS each
FROM deed_part WHERE sha256 IS NOT NULL GROUP BY lead, kind, what"""
_EXHIBITS = f"""CREATE OR REPLACE TABLE deed_held AS
SELECT lead, kind, what, sum(held)::BIGINT AS held,
    list({{'exhibit': exhibit, 'held': held}} ORDER BY held DESC, exhibit)[1:{MOST_NAMED}]
        AS exhibits, count(*) AS more
FROM (SELECT lead, kind, what, exhibit, count(DISTINCT p.sha256) AS held
    FROM (SELECT DISTINCT lead, kind, what, sha256 FROM deed_part WHERE how <> 'pdq') p
    JOIN deed_exhibit e ON e.sha256 = p.sha256 GROUP BY ALL)
GROUP BY lead, kind, what"""  # noqa: S608


def _several(number: str, one: str, many: str) -> str:
    return f"CASE {number} WHEN 1 THEN '{one}' ELSE concat({number}, ' {many}') END"


_OFTEN = _several("r.n", "once", "times")
_ACTS = f"""CASE r.kind WHEN 'made' THEN concat('let be generated ', {_OFTEN})
    WHEN 'sent' THEN concat('uploaded ', {_OFTEN}) WHEN 'paid' THEN concat('bought ', {_OFTEN})
    WHEN 'came' THEN concat('commented ', {_OFTEN})
    ELSE concat_ws(', ', CASE WHEN r.n > r.views THEN concat('downloaded ',
        {_several("(r.n - r.views)", "once", "times")}) END, CASE WHEN r.views > 0 THEN
        concat('viewed ', {_several("r.views", "once", "times")}) END) END"""
_ABOUT = f"""concat({_several("r.media", "1 medium", "media")}, CASE WHEN r.what = '' THEN
    CASE WHEN r.same + r.alike = 0 THEN ' that no content of the case is'
        WHEN r.same + r.alike < r.media THEN concat(', ', r.media - r.same - r.alike,
            ' of which no content of the case is') ELSE ' of the case' END
    WHEN contains(r.what, '/') THEN concat(' of series ', left(substr(r.what,
        position('/' IN r.what) + 1), 60), ' as the site calls it; the case does not have it')
    WHEN length(r.what) = 64 THEN concat(' (content ', left(r.what, 16), ' of the case)')
    ELSE concat(' of series ', r.what) END)"""
_SAME = """CASE WHEN h.exhibits IS NOT NULL THEN concat('; ', array_to_string(list_transform(
    h.exhibits[1:5], lambda x: concat('exhibit ', x.exhibit, ' holds ', CASE WHEN x.held = 1
        THEN 'the same file' ELSE concat('the same ', x.held, ' files') END)), ', '),
    CASE WHEN h.more > 5 THEN concat(' and ', h.more - 5, ' more exhibits') ELSE '' END) END"""
_ALIKE = """CASE WHEN r.alike > 0 THEN concat('; ', r.alike, ' of them only look alike (PDQ, ',
    r.nearest, CASE WHEN r.farthest > r.nearest THEN concat(' to ', r.farthest) ELSE '' END,
    ' bits apart): a link that a person has to check') END"""
_MEDIUMS = "list_transform(r.rows, lambda x: x.medium)"
_REFS = f"""list_concat(list_transform(r.rows, lambda x: x.src), list_filter({_MEDIUMS},
    lambda x, i: x IS NOT NULL AND list_position({_MEDIUMS}, x) = i))::{REF_TYPE}[]"""
_DATA = f"""CASE WHEN e.each IS NULL THEN to_json({{'media': r.media, 'views': r.views}})
    ELSE to_json({{
        'alike': list_transform(list_sort(list_distinct(list_transform(
            list_filter(e.each, lambda x: x.h = 'pdq'), lambda x: {{'d': x.d, 's': x.s}})))
            [1:{MOST_NAMED}], lambda x: {{'distance': x.d, 'sha256': x.s}}),
        'check': r.alike > 0,
        'contents': list_sort(list_distinct(list_transform(
            list_filter(e.each, lambda x: x.h <> 'pdq'), lambda x: x.s)))[1:{MOST_NAMED}],
        'exhibits': list_transform(coalesce(h.exhibits, []),
            lambda x: {{'exhibit': x.exhibit, 'files': x.held}}),
        'joined': list_aggregate(list_transform(e.each, lambda x: x.h), 'histogram'),
        'media': r.media,
        'origin': list_aggregate(list_transform(e.each, lambda x: x.o), 'histogram'),
        'same': r.same,
        'victim': list_aggregate(list_transform(e.each, lambda x: x.v), 'histogram'),
        'views': r.views}}) END"""
_ACTED = f"""INSERT INTO deed_told
SELECT r.lead, r.kind, r.what, r.n, coalesce(instant(r.first), ''), coalesce(instant(r.last), ''),
    concat({_ACTS}, ': ', {_ABOUT}, {_SAME}, {_ALIKE}), {_REFS}, {_DATA}
FROM deed_row r LEFT JOIN deed_more e USING (lead, kind, what)
LEFT JOIN deed_held h USING (lead, kind, what)"""  # noqa: S608
_CAME = f"""INSERT INTO deed_told
SELECT lead, 'came', '', count(*), coalesce(instant(min(ts)), ''), coalesce(instant(max(ts)), ''),
    concat('logged in ', {_several("count(*)", "once", "times")}, ', from ',
        {_several("count(DISTINCT ip)", "1 address", "addresses")}),
    earliest(coalesce(ts, {NEVER}), src),
    to_json({{'addresses': count(DISTINCT ip)}})
FROM (SELECT p.lead, l.ts, l.ip, l.src FROM login l
    JOIN deed_person p ON p.site = l.site AND p.account = l.account
    WHERE coalesce(l.outcome, 'ok') <> 'failed') GROUP BY lead"""  # noqa: S608
_PAID = f"""INSERT INTO deed_told
SELECT lead, 'paid', '', count(*) FILTER (good), coalesce(instant(min(ts) FILTER (good)), ''),
    coalesce(instant(max(ts) FILTER (good)), ''),
    concat('paid ', {_several("count(*) FILTER (good)", "once", "times")},
        CASE WHEN count(*) FILTER (NOT good) > 0 THEN concat('; ', count(*) FILTER (NOT good),
            ' payments failed, were paid back or charged back') ELSE '' END),
    earliest(coalesce(ts, {NEVER}), src),
    to_json({{'methods': histogram(method) FILTER (good), 'other': count(*) FILTER (NOT good)}})
FROM (SELECT p.lead, y.ts, y.src, y.method, coalesce(y.status, 'ok') = 'ok'
        AND NOT coalesce(y.chargeback, false) AS good
    FROM payment y JOIN deed_person p ON p.site = y.site AND p.account = y.account) GROUP BY lead
HAVING count(*) FILTER (good) > 0"""  # noqa: S608
_MODELS = """CREATE OR REPLACE TABLE deed_model AS
SELECT m, model, min(grade) AS grade, bool_or(of_site) AS of_site FROM (
    SELECT k.m, c.model, c.grade, false AS of_site FROM deed_known k
        JOIN deed_model_content c ON c.sha256 = k.sha256 WHERE k.how <> 'pdq'
    UNION ALL SELECT d.m, s.model, s.grade, true FROM deed_medium d JOIN deed_model_site s
        ON s.name = coalesce(d.model, '') AND s.digest = coalesce(d.model_digest, ''))
GROUP BY m, model"""
_MADE_WITH = f"""INSERT INTO deed_told
SELECT r.lead, 'made', r.model, r.pictures, coalesce(instant(r.first), ''),
    coalesce(instant(r.last), ''),
    concat(coalesce(nullif(array_to_string(list_transform(p.exhibits[1:5],
            lambda x: concat('exhibit ', x)), ', '), ''), 'the case'),
        CASE WHEN len(p.exhibits) > 1 THEN ' hold' ELSE ' holds' END, ' the model named by ',
        {_several("r.pictures", "1 picture", "pictures")}, ' that this account let be generated (',
        array_to_string(list_transform(map_entries(r.grades),
            lambda x: concat(x.value, ' by ', x.key)), ', '), ')'),
    {_REFS}, to_json({{'exhibits': p.exhibits, 'grades': r.grades, 'model': r.model,
        'said_by_site': r.of_site}})
FROM (SELECT a.lead, m.model, count(*) AS pictures, min(a.first) AS first, max(a.last) AS last,
        histogram(m.grade) AS grades, count(*) FILTER (m.of_site) AS of_site,
        earliest(a.row.ts, {{'src': a.row.src, 'medium': a.row.medium}}) AS rows
    FROM deed_part a JOIN deed_model m ON m.m = a.m WHERE a.kind = 'made' GROUP BY ALL) r
LEFT JOIN (SELECT model, list(DISTINCT exhibit ORDER BY exhibit) AS exhibits FROM deed_model_place
    GROUP BY model) p ON p.model = r.model"""  # noqa: S608
_KEPT = f"""INSERT INTO deed_told
SELECT lead, 'kept', what, contents, '', '',
    concat('exhibit ', exhibit, ' holds ', {_several("contents", "1 content", "contents")},
        ' of the site', CASE WHEN what <> '' THEN concat(' of series ', what) ELSE '' END,
        '; that it is this person''s: ', says),
    refs, to_json({{'contents': named, 'exhibit': exhibit}})
FROM (SELECT lead, CASE WHEN k.single THEN '' ELSE k.what END AS what, exhibit, says,
        count(DISTINCT k.sha256) AS contents,
        list_sort(list_distinct(list(k.sha256)))[1:{MOST_NAMED}] AS named,
        earliest(k.m, k.src)::{REF_TYPE}[] AS refs
    FROM (SELECT DISTINCT p.lead, o.exhibit, min(o.says) AS says FROM deed_owner o
        JOIN deed_person p ON p.site = o.site AND p.account = o.account GROUP BY ALL) o
    JOIN deed_exhibit e USING (exhibit) JOIN deed_known k ON k.sha256 = e.sha256
    WHERE k.how <> 'pdq' GROUP BY ALL)"""  # noqa: S608
_CONTENT = """INSERT INTO lead_content
SELECT lead, coalesce(basis, 'unknown'), count(*) FROM (
    SELECT DISTINCT lead, site, media, basis FROM deed_part) GROUP BY ALL"""
_STEPS = (_COUNTED, _MORE, _EXHIBITS, _ACTED, _CAME, _PAID, _MADE_WITH, _KEPT, _CONTENT)
