-- What happened, in an order that nobody changes: rows are only ever added. afterMigrate__grants.sql sees to it that the
-- application cannot do anything else.

-- line is the record whole, and what is hashed; the other columns are copies of it to search by.
CREATE TABLE audit_record (
    seq       bigint      PRIMARY KEY CHECK (seq >= 0),
    id        uuid        NOT NULL UNIQUE,
    code      text        NOT NULL,
    outcome   smallint    NOT NULL CHECK (outcome IN (0, 4, 8, 12)),
    recorded  timestamptz NOT NULL,
    study     varchar(60),
    study_seq bigint      CHECK (study_seq >= 0),
    site      varchar(40),
    line      text        NOT NULL,
    leaf      bytea       NOT NULL CHECK (length(leaf) = 32),
    UNIQUE (study, study_seq),
    CHECK ((study IS NULL) = (study_seq IS NULL))
);
CREATE INDEX audit_record_study ON audit_record (study, seq) WHERE study IS NOT NULL;
CREATE INDEX audit_record_site ON audit_record (site, seq) WHERE site IS NOT NULL;
CREATE INDEX audit_record_code ON audit_record (code, seq);

-- Inner nodes of the Merkle tree over the records (RFC 6962, section 2.1), each stored when it is complete.
CREATE TABLE audit_node (
    level smallint NOT NULL CHECK (level > 0),
    place bigint   NOT NULL CHECK (place >= 0),
    hash  bytea    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, place)
);

-- A signed note each; witnesses and time stamps come later than the checkpoint and so have rows of their own.
CREATE TABLE audit_checkpoint (
    size bigint PRIMARY KEY CHECK (size > 0),
    note text   NOT NULL
);
CREATE TABLE audit_witness (
    size      bigint      NOT NULL REFERENCES audit_checkpoint (size),
    site      varchar(40) NOT NULL,
    signature text        NOT NULL,
    PRIMARY KEY (size, site)
);
CREATE TABLE audit_timestamp (
    size  bigint PRIMARY KEY REFERENCES audit_checkpoint (size),
    token bytea  NOT NULL
);

-- What this node has seen of the consortium's log. An epoch ends when a steward accepts another history or another key.
CREATE TABLE consortium_key (
    epoch   bigint      PRIMARY KEY CHECK (epoch >= 0),
    key     text        NOT NULL,
    seen_at timestamptz NOT NULL
);
CREATE TABLE consortium_checkpoint (
    id      bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    epoch   bigint      NOT NULL CHECK (epoch >= 0),
    size    bigint      NOT NULL CHECK (size >= 0),
    note    text        NOT NULL,
    seen_at timestamptz NOT NULL,
    signed  boolean     NOT NULL
);
CREATE INDEX consortium_checkpoint_signed ON consortium_checkpoint (epoch, size) WHERE signed;
COMMENT ON COLUMN consortium_checkpoint.note IS 'as it came, and with this site''s counter-signature where it is signed';
