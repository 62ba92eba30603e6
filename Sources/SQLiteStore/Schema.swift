import CaseStore

/// The layout of the database: numbered, forward only.
enum Schema {
    /// "SJRN", so that tools and this program know whose file it is.
    static let applicationID = 0x534A_524E

    /// The layout that this program writes: the number of its migrations.
    static var version: Int { migrations.count }

    /// Each brings the database from the layout of its index to the next one.
    static let migrations: [String] = [
        """
        CREATE TABLE setting (
            name TEXT PRIMARY KEY,
            value ANY NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE programme (
            hash TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            version INTEGER NOT NULL,
            source BLOB NOT NULL,
            added_at INTEGER NOT NULL
        ) STRICT;

        -- Other tables name a case by its number: shorter than its identifier, and near each other in their indexes.
        -- The body stands last, so that lists do not read it.
        CREATE TABLE "case" (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            reference TEXT NOT NULL UNIQUE,
            programme TEXT NOT NULL,
            programme_name TEXT NOT NULL,
            stage TEXT NOT NULL,
            state TEXT NOT NULL,
            version INTEGER NOT NULL,
            entries INTEGER NOT NULL,
            is_held INTEGER NOT NULL,
            is_stuck INTEGER NOT NULL,
            has_ended INTEGER NOT NULL,
            opened_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            title TEXT NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX case_by_programme ON "case" (programme_name, reference);
        CREATE INDEX case_open ON "case" (reference) WHERE has_ended = 0;
        CREATE INDEX case_stuck ON "case" (reference) WHERE is_stuck = 1;

        -- Appended at the end of the file; the index fences the number.
        CREATE TABLE journal (
            position INTEGER PRIMARY KEY,
            case_number INTEGER NOT NULL,
            number INTEGER NOT NULL,
            at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            actor TEXT NOT NULL,
            body BLOB NOT NULL,
            hash BLOB NOT NULL,
            UNIQUE (case_number, number)
        ) STRICT;

        CREATE TABLE command_key (
            case_number INTEGER NOT NULL,
            key TEXT NOT NULL,
            body_hash BLOB NOT NULL,
            answer BLOB NOT NULL,
            PRIMARY KEY (case_number, key)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE task (
            id TEXT PRIMARY KEY,
            case_number INTEGER NOT NULL,
            role TEXT NOT NULL,
            holders TEXT NOT NULL,
            state TEXT NOT NULL,
            form TEXT NOT NULL,
            title TEXT NOT NULL,
            opened_at INTEGER NOT NULL,
            due_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX task_by_case ON task (case_number);
        CREATE INDEX task_by_due ON task (due_at IS NULL, due_at, id);
        CREATE TABLE task_holder (
            holder TEXT NOT NULL,
            task_id TEXT NOT NULL,
            PRIMARY KEY (holder, task_id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE timer (
            case_number INTEGER NOT NULL,
            key TEXT NOT NULL,
            at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            label TEXT NOT NULL,
            PRIMARY KEY (case_number, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX timer_by_at ON timer (at);

        CREATE TABLE effect (
            number INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            case_number INTEGER NOT NULL,
            action TEXT NOT NULL,
            label TEXT NOT NULL,
            state TEXT NOT NULL
                CHECK (state IN ('held', 'queued', 'claimed', 'done', 'failed', 'unknown', 'recalled')),
            due_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            sequence TEXT NOT NULL,
            sequence_index INTEGER NOT NULL,
            -- The run of the service that claimed it last.
            run INTEGER NOT NULL DEFAULT 0,
            settled_at INTEGER,
            failure TEXT NOT NULL,
            output BLOB,
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX effect_by_state ON effect (state, due_at, key);
        CREATE INDEX effect_by_case ON effect (case_number);
        -- What keeps the later effects of a sequence waiting. Most effects stand alone and name their own key as their
        -- sequence: one that gets followers all the same is found by its key.
        CREATE INDEX effect_in_the_way ON effect (sequence, sequence_index)
            WHERE sequence <> '' AND sequence <> key AND state NOT IN ('done', 'recalled');

        CREATE TABLE reservation (
            offer TEXT NOT NULL,
            period TEXT NOT NULL,
            owner TEXT NOT NULL,
            places INTEGER NOT NULL CHECK (places > 0),
            PRIMARY KEY (offer, period, owner)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE document (
            number INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            id TEXT NOT NULL,
            body BLOB NOT NULL,
            UNIQUE (kind, id)
        ) STRICT;

        CREATE TABLE numbering (
            sequence TEXT PRIMARY KEY,
            last INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
        """
        -- The register: institutions, hubs, experts, offers; what each has been stands beside it.
        CREATE TABLE entry (
            number INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            id TEXT NOT NULL,
            name TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('active', 'lapsed', 'withdrawn', 'merged')),
            version INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            confirmed_at INTEGER NOT NULL,
            body BLOB NOT NULL,
            UNIQUE (kind, id)
        ) STRICT;
        CREATE INDEX entry_by_confirmed ON entry (confirmed_at) WHERE state = 'active';

        CREATE TABLE entry_version (
            entry_number INTEGER NOT NULL,
            version INTEGER NOT NULL,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            what TEXT NOT NULL,
            state TEXT NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY (entry_number, version)
        ) STRICT, WITHOUT ROWID;

        -- Offers stood among the documents before; their first version is what they were then.
        INSERT INTO entry (kind, id, name, state, version, changed_at, confirmed_at, body)
            SELECT iif(kind = 'offer:experts', 'expert_offer', 'host_offer'), id,
                ifnull(json_extract(CAST(body AS TEXT), '$.name'), id), 'active', 1,
                CAST(strftime('%s') AS INTEGER) * 1000, CAST(strftime('%s') AS INTEGER) * 1000, body
            FROM document WHERE kind IN ('offer:hosts', 'offer:experts') ORDER BY kind, id;
        INSERT INTO entry_version (entry_number, version, at, actor, what, state, body)
            SELECT number, 1, changed_at, '', 'added', state, body FROM entry;
        DELETE FROM document WHERE kind IN ('offer:hosts', 'offer:experts');

        -- Texts as people wrote them; the index holds their folded words under the same number.
        CREATE TABLE search_text (
            number INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            id TEXT NOT NULL,
            original TEXT NOT NULL,
            UNIQUE (kind, id)
        ) STRICT;
        CREATE VIRTUAL TABLE search_word USING fts5 (title, body, tokenize = 'unicode61 remove_diacritics 2');
        """,
        """
        -- Timers lie in the order in which they fall due: those that fire together stand together on a few pages, and
        -- a million that sleep cost them nothing. A case knows the instants of its own.
        CREATE TABLE timer_by_instant (
            at INTEGER NOT NULL,
            case_number INTEGER NOT NULL,
            key TEXT NOT NULL,
            kind TEXT NOT NULL,
            label TEXT NOT NULL,
            PRIMARY KEY (at, case_number, key)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO timer_by_instant SELECT at, case_number, key, kind, label FROM timer ORDER BY at, case_number, key;
        DROP TABLE timer;
        ALTER TABLE timer_by_instant RENAME TO timer;
        """,
    ]

    /// Finds out whose file it is, and brings it to the present layout.
    /// - Throws: `StoreFailure.notADatabase` and `.newer` before anything is written.
    static func prepare(_ connection: Connection) throws {
        let owner = try connection.first("PRAGMA application_id") { $0.int(0) } ?? 0
        let found = try connection.first("PRAGMA user_version") { $0.int(0) } ?? 0
        let tables = try connection.first("SELECT count(*) FROM sqlite_schema") { $0.int(0) } ?? 0
        let isEmpty = owner == 0 && found == 0 && tables == 0
        guard isEmpty || owner == applicationID else { throw StoreFailure.notADatabase(path: connection.path) }
        guard found <= version else { throw StoreFailure.newer(found: found, known: version) }
        guard found < version else { return }
        try connection.execute("BEGIN IMMEDIATE")
        do {
            for migration in migrations[found...] { try connection.execute(migration) }
            try connection.execute("PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
            try connection.execute("COMMIT")
        } catch {
            if connection.isInTransaction { try? connection.execute("ROLLBACK") }
            throw error
        }
    }
}
