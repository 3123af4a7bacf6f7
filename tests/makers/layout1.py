"""Cases of layouts 1 to 5, as their versions made them: the tables are frozen text, not ours."""

import sqlite3
from contextlib import closing

from fanal.custody.merkle import Tree
from fanal.custody.spelling import canonical, head_message, row_digest, rows_digest
from fanal.model.decision import Decision
from fanal.model.desk import AuditRecord, Choice, Claim, Person, Remark, SecondOpinion
from fanal.model.failure import Failure
from fanal.model.finding import Finding, Fingerprint, Mosaic, Picture, Seen
from fanal.model.item import Exhibit, Expanded, Item, Opened, Place, Reread
from fanal.model.known import KnownList, Match, MatchRun
from fanal.model.review import Drawn, Moved, Priorities, Task
from fanal.model.series import Cut, Link, Member, Regroup, Series, Tie
from fanal.stores.rows import shapes
from makers.cases import of_every_kind, signer

CASE = "7b0e6a52-zz-test-0001"
TABLES = """
CREATE TABLE log ( number INTEGER NOT NULL, leaf TEXT, PRIMARY KEY (number) );
CREATE TABLE head ( size INTEGER NOT NULL, root TEXT, time TEXT, "key" TEXT, signature TEXT,
    PRIMARY KEY (size) );
CREATE TABLE case_info ( name TEXT NOT NULL, value TEXT, PRIMARY KEY (name) );
CREATE TABLE exhibit ( name TEXT, root BLOB, act INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE INDEX exhibit_act ON exhibit (act);
CREATE UNIQUE INDEX exhibit_key ON exhibit (name);
CREATE TABLE item ( sha256 TEXT, sha1 TEXT, md5 TEXT, size INTEGER, media_type TEXT, act INTEGER
    NOT NULL, seal BLOB NOT NULL );
CREATE UNIQUE INDEX item_key ON item (sha256);
CREATE INDEX item_act ON item (act);
CREATE TABLE place ( exhibit TEXT, path BLOB, inside TEXT, sha256 TEXT, name BLOB, modified
    TEXT, mark TEXT, act INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE UNIQUE INDEX place_key ON place (exhibit, path, inside, sha256);
CREATE INDEX place_by_0 ON place (sha256);
CREATE INDEX place_act ON place (act);
CREATE INDEX place_by_1 ON place (exhibit, path);
CREATE TABLE opened ( exhibit TEXT, path BLOB, mark TEXT, act INTEGER NOT NULL, seal BLOB NOT
    NULL );
CREATE UNIQUE INDEX opened_key ON opened (exhibit, path, mark);
CREATE INDEX opened_act ON opened (act);
CREATE TABLE expanded ( exhibit TEXT, path BLOB, mark TEXT, members INTEGER, limits TEXT, act
    INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE INDEX expanded_act ON expanded (act);
CREATE UNIQUE INDEX expanded_key ON expanded (exhibit, path, mark, limits);
CREATE TABLE reread ( exhibit TEXT, path BLOB, sha256 TEXT, mark TEXT, act INTEGER NOT NULL,
    seal BLOB NOT NULL );
CREATE INDEX reread_act ON reread (act);
CREATE UNIQUE INDEX reread_key ON reread (exhibit, path, sha256, mark);
CREATE TABLE failure ( exhibit TEXT, path BLOB, inside TEXT, name BLOB, reason TEXT, detail
    TEXT, gap INTEGER, act INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE UNIQUE INDEX failure_key ON failure (exhibit, path, inside, reason);
CREATE INDEX failure_act ON failure (act);
CREATE TABLE seen ( sha256 TEXT, analyzer TEXT, version TEXT, outcome TEXT, reason TEXT, detail
    TEXT, act INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE INDEX seen_act ON seen (act);
CREATE UNIQUE INDEX seen_key ON seen (sha256, analyzer, version);
CREATE TABLE picture ( sha256 TEXT, width INTEGER, height INTEGER, frames INTEGER, act INTEGER
    NOT NULL, seal BLOB NOT NULL );
CREATE UNIQUE INDEX picture_key ON picture (sha256);
CREATE INDEX picture_act ON picture (act);
CREATE TABLE fingerprint ( sha256 TEXT, dialect TEXT, frame INTEGER, value BLOB, quality
    INTEGER, turned BLOB, act INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE INDEX fingerprint_act ON fingerprint (act);
CREATE UNIQUE INDEX fingerprint_key ON fingerprint (sha256, dialect, frame);
CREATE TABLE finding ( sha256 TEXT, analyzer TEXT, version TEXT, kind TEXT, says TEXT,
    speaks_for TEXT, speaks_against TEXT, grade TEXT, log10_lr FLOAT, doubts TEXT, data TEXT,
    act INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE UNIQUE INDEX finding_key ON finding (sha256, analyzer, version, kind, says);
CREATE INDEX finding_act ON finding (act);
CREATE TABLE known_list ( name TEXT, kind TEXT, date TEXT, sha256 TEXT, format TEXT, folder
    TEXT, rows INTEGER, entries INTEGER, refused TEXT, files TEXT, profile TEXT, act INTEGER NOT
    NULL, seal BLOB NOT NULL );
CREATE UNIQUE INDEX known_list_key ON known_list (name);
CREATE INDEX known_list_act ON known_list (act);
CREATE TABLE "match" ( sha256 TEXT, list TEXT, kind TEXT, via TEXT, distance INTEGER, entry
    INTEGER, victim_identified INTEGER, turn INTEGER, "conflict" TEXT, act INTEGER NOT NULL,
    seal BLOB NOT NULL );
CREATE INDEX match_act ON "match" (act);
CREATE UNIQUE INDEX match_key ON "match" (sha256, list, via, entry);
CREATE TABLE match_run ( list TEXT, radius INTEGER, turns INTEGER, upto INTEGER, act INTEGER NOT
    NULL, seal BLOB NOT NULL );
CREATE UNIQUE INDEX match_run_key ON match_run (list, radius, turns, upto);
CREATE INDEX match_run_act ON match_run (act);
CREATE TABLE task ( sha256 TEXT, step INTEGER, turn INTEGER, exhibit TEXT, reason TEXT, act
    INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE INDEX task_by_0 ON task (step, turn, exhibit);
CREATE INDEX task_act ON task (act);
CREATE UNIQUE INDEX task_key ON task (sha256);
"""

OF_LAYOUT_2 = """
CREATE INDEX match_by_0 ON "match" (list);
UPDATE case_info SET value = '2' WHERE name = 'layout';
"""
OF_LAYOUT_3 = """
CREATE TABLE opinion ( sha256 TEXT, state TEXT, grade TEXT, settled INTEGER, real_child INTEGER,
    propositions TEXT, reasons TEXT, rules TEXT, act INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE UNIQUE INDEX opinion_key ON opinion (sha256);
CREATE INDEX opinion_act ON opinion (act);
CREATE TABLE trust_list ( name TEXT, date TEXT, sha256 TEXT, anchors INTEGER, pem TEXT, refused
    TEXT, act INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE INDEX trust_list_act ON trust_list (act);
CREATE UNIQUE INDEX trust_list_key ON trust_list (name);
CREATE TABLE device ( name TEXT, version TEXT, make TEXT, model TEXT, serial TEXT, width INTEGER,
    height INTEGER, pictures TEXT, folder TEXT, files TEXT, facts TEXT, act INTEGER NOT NULL,
    seal BLOB NOT NULL );
CREATE UNIQUE INDEX device_key ON device (name, version);
CREATE INDEX device_act ON device (act);
UPDATE case_info SET value = '3' WHERE name = 'layout';
"""
OF_LAYOUT_4 = """
CREATE TABLE link ( a TEXT, b TEXT, kind TEXT, how TEXT, strength INTEGER, joins INTEGER, says
    TEXT, act INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE INDEX link_act ON link (act);
CREATE INDEX link_by_0 ON link (b);
CREATE UNIQUE INDEX link_key ON link (a, b, kind, how);
CREATE TABLE tie ( sha256 TEXT, kind TEXT, common TEXT, says TEXT, act INTEGER NOT NULL, seal
    BLOB NOT NULL );
CREATE INDEX tie_act ON tie (act);
CREATE INDEX tie_by_0 ON tie (kind, common);
CREATE UNIQUE INDEX tie_key ON tie (sha256, kind, common);
CREATE TABLE series ( name TEXT, size INTEGER, representative TEXT, held INTEGER, says TEXT,
    facts TEXT, act INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE INDEX series_act ON series (act);
CREATE UNIQUE INDEX series_key ON series (name);
CREATE TABLE member ( sha256 TEXT, series TEXT, act INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE INDEX member_act ON member (act);
CREATE INDEX member_by_0 ON member (series);
CREATE UNIQUE INDEX member_key ON member (sha256);
CREATE TABLE cut ( name TEXT, kind TEXT, contents INTEGER, parts INTEGER, says TEXT, first TEXT,
    act INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE INDEX cut_act ON cut (act);
CREATE UNIQUE INDEX cut_key ON cut (name);
CREATE TABLE regroup ( id TEXT, verb TEXT, "by" TEXT, account TEXT, "when" TEXT, reason TEXT,
    contents TEXT, others TEXT, undoes TEXT, act INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE INDEX regroup_act ON regroup (act);
CREATE UNIQUE INDEX regroup_key ON regroup (id);
CREATE TABLE decision ( id TEXT, sha256 TEXT, "by" TEXT, account TEXT, "when" TEXT, victim_state
    TEXT, reason TEXT, undoes TEXT, via TEXT, act INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE INDEX decision_act ON decision (act);
CREATE INDEX decision_by_0 ON decision (sha256);
CREATE UNIQUE INDEX decision_key ON decision (id, sha256);
CREATE TABLE moved ( sha256 TEXT, number INTEGER, step INTEGER, turn INTEGER, exhibit TEXT,
    reason TEXT, act INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE INDEX moved_act ON moved (act);
CREATE UNIQUE INDEX moved_key ON moved (sha256, number);
CREATE TABLE drawn ( sha256 TEXT, step INTEGER, act INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE INDEX drawn_act ON drawn (act);
CREATE UNIQUE INDEX drawn_key ON drawn (sha256);
CREATE TABLE priorities ( sha256 TEXT, name TEXT, text TEXT, signer TEXT, signature TEXT, act
    INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE INDEX priorities_act ON priorities (act);
CREATE UNIQUE INDEX priorities_key ON priorities (sha256);
UPDATE case_info SET value = '4' WHERE name = 'layout';
"""
OF_LAYOUT_5 = """
CREATE TABLE mosaic ( sha256 TEXT, frame INTEGER, columns INTEGER, rows INTEGER, grey BLOB, act
    INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE INDEX mosaic_act ON mosaic (act);
CREATE UNIQUE INDEX mosaic_key ON mosaic (sha256, frame);
CREATE TABLE person ( login TEXT, number INTEGER, name TEXT, roles TEXT, state TEXT, password
    TEXT, code TEXT, passkeys TEXT, "by" TEXT, "when" TEXT, reason TEXT, act INTEGER NOT NULL,
    seal BLOB NOT NULL );
CREATE INDEX person_act ON person (act);
CREATE UNIQUE INDEX person_key ON person (login, number);
CREATE TABLE audit_record ( id TEXT, "when" TEXT, login TEXT, role TEXT, session TEXT, action
    TEXT, sha256 TEXT, level INTEGER, purpose TEXT, outcome TEXT, says TEXT, milliseconds INTEGER,
    data TEXT, act INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE INDEX audit_record_act ON audit_record (act);
CREATE INDEX audit_record_by_0 ON audit_record (login, "when");
CREATE INDEX audit_record_by_1 ON audit_record (sha256);
CREATE UNIQUE INDEX audit_record_key ON audit_record (id);
CREATE TABLE claim ( sha256 TEXT, number INTEGER, login TEXT, until TEXT, act INTEGER NOT NULL,
    seal BLOB NOT NULL );
CREATE INDEX claim_act ON claim (act);
CREATE UNIQUE INDEX claim_key ON claim (sha256, number);
CREATE TABLE remark ( id TEXT, kind TEXT, sha256 TEXT, other TEXT, says TEXT, reason TEXT, "to"
    TEXT, login TEXT, "by" TEXT, "when" TEXT, undoes TEXT, act INTEGER NOT NULL, seal BLOB NOT
    NULL );
CREATE INDEX remark_act ON remark (act);
CREATE INDEX remark_by_0 ON remark (sha256);
CREATE UNIQUE INDEX remark_key ON remark (id);
CREATE TABLE second_opinion ( decision TEXT, sha256 TEXT, login TEXT, turn INTEGER, first TEXT,
    why TEXT, agrees INTEGER, "when" TEXT, act INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE INDEX second_opinion_act ON second_opinion (act);
CREATE INDEX second_opinion_by_0 ON second_opinion (sha256);
CREATE UNIQUE INDEX second_opinion_key ON second_opinion (decision, sha256);
CREATE TABLE choice ( login TEXT, name TEXT, number INTEGER, value TEXT, "by" TEXT, "when" TEXT,
    act INTEGER NOT NULL, seal BLOB NOT NULL );
CREATE INDEX choice_act ON choice (act);
CREATE UNIQUE INDEX choice_key ON choice (login, name, number);
UPDATE case_info SET value = '5' WHERE name = 'layout';
"""
KINDS = (
    Exhibit,
    Item,
    Place,
    Opened,
    Expanded,
    Reread,
    Failure,
    Seen,
    Picture,
    Fingerprint,
    Finding,
    KnownList,
    Match,
    MatchRun,
    Task,
)
"""The kinds of record that all of these layouts have."""
OF_4 = (Link, Tie, Series, Member, Cut, Regroup, Decision, Moved, Drawn, Priorities)
"""Those that came with the fourth, of which its case has some."""
OF_5 = (Mosaic, Person, AuditRecord, Claim, Remark, SecondOpinion, Choice)
"""Those that came with the fifth."""


def layout2(folder, acts=3):
    """Make the same case as the second version made it."""
    layout1(folder, acts)
    with closing(sqlite3.connect(folder / "case.db")) as database:
        database.executescript(OF_LAYOUT_2)
    return folder


def layout3(folder, acts=3):
    """Make the same case as the third version made it; of what came with it there is none yet."""
    layout2(folder, acts)
    with closing(sqlite3.connect(folder / "case.db")) as database:
        database.executescript(OF_LAYOUT_3)
    return folder


def layout4(folder, acts=3):
    """Make the same case as the fourth version made it, with what came with it."""
    return layout1(folder, acts, (*KINDS, *OF_4), OF_LAYOUT_2 + OF_LAYOUT_3 + OF_LAYOUT_4)


def layout5(folder, acts=3):
    """Make the same case as the fifth version made it, with what came with it."""
    later = OF_LAYOUT_2 + OF_LAYOUT_3 + OF_LAYOUT_4 + OF_LAYOUT_5
    return layout1(folder, acts, (*KINDS, *OF_4, *OF_5), later)


def layout1(folder, acts=3, kinds=KINDS, later=""):
    """Make the case: every kind of record that there was, a log, signed heads, no seal."""
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(folder / "case.db")) as database:
        database.executescript(TABLES)
        database.executemany("INSERT INTO case_info VALUES (?, ?)", [("id", CASE), ("layout", "1")])
        database.executescript(later)
        tree, key = Tree(), signer()
        for number in range(1, acts + 1):
            time = f"2026-03-01T10:00:0{number}.000+00:00"
            records = {}
            for record in (r for r in of_every_kind(number) if type(r) in kinds):
                shape = shapes()[1][type(record)]
                row, name = shape.row(record), shape.table.name
                seal = row_digest(name, row)
                marks = ", ".join("?" * (len(row) + 2))
                database.execute(f'INSERT INTO "{name}" VALUES ({marks})', (*row, number, seal))  # noqa: S608
                records[name] = {"count": 1, "sha256": rows_digest([seal])}
            leaf = {"number": number, "time": time, "actor": "zz", "verb": "write"}
            text = canonical({**leaf, "details": {}, "records": records, "drops": []})
            tree.append(text.encode())
            root = tree.root().hex()
            signature = key.sign(head_message(CASE, number, root, time))
            database.execute("INSERT INTO log VALUES (?, ?)", (number, text))
            head = (number, root, time, key.public, signature)
            database.execute("INSERT INTO head VALUES (?, ?, ?, ?, ?)", head)
        database.commit()
    return folder
