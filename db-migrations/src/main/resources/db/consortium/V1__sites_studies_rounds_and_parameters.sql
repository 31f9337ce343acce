-- Sites that may take part. A token issued before tokens_valid_from opens nothing, however long it has to live.
CREATE TABLE site (
    id                varchar(40) PRIMARY KEY,
    name              text        NOT NULL,
    status            varchar(16) NOT NULL CHECK (status IN ('ACTIVE', 'SUSPENDED')),
    tokens_valid_from timestamptz NOT NULL,
    last_seen_at      timestamptz,
    node_version      varchar(80),
    created_at        timestamptz NOT NULL
);

-- Vectors of float32 parameters, addressed by the SHA-256 of their little-endian bytes. sha256 is null while a vector
-- is still being written; such rows are dropped when they grow old.
CREATE TABLE parameter_vector (
    id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sha256       varchar(64) UNIQUE,
    architecture varchar(79) NOT NULL,
    count        bigint      NOT NULL CHECK (count > 0),
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX parameter_vector_unfinished ON parameter_vector (created_at) WHERE sha256 IS NULL;

-- 262,144 values (1 MiB) a row, the last row of a vector may be shorter. Float parameters do not compress, so the
-- attempt is not made.
CREATE TABLE parameter_chunk (
    vector_id bigint NOT NULL REFERENCES parameter_vector (id) ON DELETE CASCADE,
    chunk     int    NOT NULL CHECK (chunk >= 0),
    payload   bytea  NOT NULL,
    PRIMARY KEY (vector_id, chunk)
);
-- A statement of its own, because CREATE TABLE takes it from PostgreSQL 16 on only.
ALTER TABLE parameter_chunk ALTER COLUMN payload SET STORAGE EXTERNAL;

CREATE TABLE study (
    id                     varchar(60) PRIMARY KEY,
    title                  text        NOT NULL,
    dataset                text        NOT NULL,
    architecture           varchar(79) NOT NULL,
    initial_model          varchar(64) NOT NULL REFERENCES parameter_vector (sha256),
    strategy               varchar(40) NOT NULL,
    rounds                 int         NOT NULL CHECK (rounds > 0),
    quorum                 int         NOT NULL CHECK (quorum > 0),
    round_deadline_seconds bigint      NOT NULL CHECK (round_deadline_seconds > 0),
    plan                   text        NOT NULL,
    test                   boolean     NOT NULL,
    state                  varchar(16) NOT NULL CHECK (state IN ('RUNNING', 'COMPLETED', 'FAILED', 'STOPPED')),
    reason                 text,
    selected_round         int,
    test_deadline          timestamptz,
    created_at             timestamptz NOT NULL,
    ended_at               timestamptz
);
CREATE INDEX study_running ON study (id) WHERE state = 'RUNNING';

CREATE TABLE study_participant (
    study varchar(60) NOT NULL REFERENCES study (id),
    site  varchar(40) NOT NULL REFERENCES site (id),
    PRIMARY KEY (study, site)
);
CREATE INDEX study_participant_site ON study_participant (site);

CREATE TABLE round (
    study              varchar(60) NOT NULL REFERENCES study (id),
    round              int         NOT NULL CHECK (round > 0),
    state              varchar(16) NOT NULL
        CHECK (state IN ('TRAINING', 'AGGREGATING', 'EVALUATING', 'COMPLETED', 'FAILED')),
    start_model        varchar(64) NOT NULL REFERENCES parameter_vector (sha256),
    global_model       varchar(64) REFERENCES parameter_vector (sha256),
    opened_at          timestamptz NOT NULL,
    deadline           timestamptz NOT NULL,
    claimed_by         varchar(64),
    claimed_until      timestamptz,
    aggregated_at      timestamptz,
    aggregate_seconds  double precision,
    completed_at       timestamptz,
    val_loss           double precision,
    val_accuracy       double precision,
    val_macro_f1       double precision,
    worst_site         varchar(40),
    worst_val_accuracy double precision,
    PRIMARY KEY (study, round)
);

-- One site's part in one round.
CREATE TABLE round_site (
    study         varchar(60) NOT NULL,
    round         int         NOT NULL,
    site          varchar(40) NOT NULL REFERENCES site (id),
    state         varchar(16) NOT NULL
        CHECK (state IN ('AWAITED', 'OFFERED', 'ANSWERED', 'EVALUATED', 'REFUSED', 'MISSED')),
    since         timestamptz NOT NULL,
    update_sha256 varchar(64) REFERENCES parameter_vector (sha256),
    examples      bigint,
    train_loss    double precision,
    train_seconds double precision,
    val_scores    text,
    test_scores   text,
    bytes_up      bigint      NOT NULL DEFAULT 0,
    bytes_down    bigint      NOT NULL DEFAULT 0,
    reason        text,
    PRIMARY KEY (study, round, site),
    FOREIGN KEY (study, round) REFERENCES round (study, round)
);
CREATE INDEX round_site_site ON round_site (site, study, round);
