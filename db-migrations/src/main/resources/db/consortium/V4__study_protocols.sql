-- A study does what its protocol says, and each version of that stays as it was signed. Studies of before have no
-- protocol that anyone has signed; there was no release yet.
DELETE FROM round_site;
DELETE FROM round;
DELETE FROM study_participant;
DELETE FROM study;

ALTER TABLE study
    DROP COLUMN title,
    DROP COLUMN dataset,
    DROP COLUMN architecture,
    DROP COLUMN initial_model,
    DROP COLUMN strategy,
    DROP COLUMN rounds,
    DROP COLUMN quorum,
    DROP COLUMN round_deadline_seconds,
    DROP COLUMN plan,
    DROP COLUMN test,
    DROP CONSTRAINT study_state_check,
    ADD CHECK (state IN ('DRAFT', 'PROPOSED', 'APPROVED', 'RUNNING', 'PAUSED', 'COMPLETED', 'STOPPED', 'WITHDRAWN')),
    ADD COLUMN current_version   int NOT NULL CHECK (current_version > 0),
    ADD COLUMN amendment_version int,
    ADD COLUMN last_version      int NOT NULL,
    ADD COLUMN started_at        timestamptz,
    ADD COLUMN paused_at         timestamptz;

-- Every site that has ever taken part in a study; one that has left says so.
ALTER TABLE study_participant
    ADD COLUMN joined_at      timestamptz,
    ADD COLUMN left_by        text,
    ADD COLUMN left_at        timestamptz,
    ADD COLUMN left_reason    text,
    ADD COLUMN erased_updates int,
    ADD CHECK (joined_at IS NOT NULL OR left_at IS NOT NULL);

-- body is the JSON form, sha256 that of the canonical form, which signatures are bound to.
CREATE TABLE protocol (
    study         varchar(60) NOT NULL REFERENCES study (id),
    version       int         NOT NULL CHECK (version > 0),
    state         varchar(16) NOT NULL
        CHECK (state IN ('DRAFT', 'PROPOSED', 'APPROVED', 'SUPERSEDED', 'WITHDRAWN')),
    body          text        NOT NULL,
    sha256        varchar(64) NOT NULL,
    initial_model varchar(64) NOT NULL REFERENCES parameter_vector (sha256),
    author        text        NOT NULL,
    created_at    timestamptz NOT NULL,
    proposed_at   timestamptz,
    decided_at    timestamptz,
    PRIMARY KEY (study, version)
);
CREATE INDEX protocol_sha256 ON protocol (sha256);
CREATE INDEX protocol_initial_model ON protocol (initial_model);

-- evidence is the ID token of the log-in by which the steward signed; its nonce is the statement's digest. evidence_key is
-- the key of the identity provider that it is signed with, which may be gone there when someone wants to check.
CREATE TABLE protocol_signature (
    study            varchar(60)  NOT NULL,
    version          int          NOT NULL,
    site             varchar(40)  NOT NULL,
    protocol_sha256  varchar(64)  NOT NULL,
    decision         varchar(16)  NOT NULL CHECK (decision IN ('APPROVE', 'DECLINE')),
    reason           text,
    signer           varchar(255) NOT NULL,
    name             text         NOT NULL,
    asked_at         timestamptz  NOT NULL,
    authenticated_at timestamptz  NOT NULL,
    signed_at        timestamptz  NOT NULL,
    evidence         text         NOT NULL,
    evidence_key     text         NOT NULL,
    PRIMARY KEY (study, version, site),
    FOREIGN KEY (study, version) REFERENCES protocol (study, version),
    CHECK ((decision = 'DECLINE') = (reason IS NOT NULL))
);

-- A statement that was made out for a steward and not signed yet; gone when it is signed or too old.
CREATE TABLE signing_request (
    nonce     varchar(43) PRIMARY KEY,
    study     varchar(60)  NOT NULL,
    version   int          NOT NULL,
    protocol_sha256 varchar(64) NOT NULL,
    site      varchar(40)  NOT NULL,
    decision  varchar(16)  NOT NULL CHECK (decision IN ('APPROVE', 'DECLINE')),
    reason    text,
    signer    varchar(255) NOT NULL,
    asked_at  timestamptz  NOT NULL
);
CREATE INDEX protocol_signature_signer ON protocol_signature (signer, authenticated_at);
CREATE INDEX signing_request_signer ON signing_request (signer, study, version);
CREATE INDEX signing_request_age ON signing_request (asked_at);

ALTER TABLE round
    ADD COLUMN protocol_version int NOT NULL,
    ADD FOREIGN KEY (study, protocol_version) REFERENCES protocol (study, version);

-- An update is recorded by its digest also when its bytes have been erased.
ALTER TABLE round_site
    DROP CONSTRAINT round_site_update_sha256_fkey,
    DROP CONSTRAINT round_site_state_check,
    ADD CHECK (state IN ('AWAITED', 'OFFERED', 'ANSWERED', 'EVALUATED', 'REFUSED', 'MISSED', 'WITHDRAWN')),
    ADD COLUMN update_erased boolean NOT NULL DEFAULT false;
CREATE INDEX round_site_update ON round_site (update_sha256) WHERE NOT update_erased;
CREATE INDEX round_site_erased ON round_site (update_sha256) WHERE update_erased;
CREATE INDEX round_start_model ON round (start_model);
CREATE INDEX round_global_model ON round (global_model);

-- What the stopping rules said after each round, with all that they looked at.
CREATE TABLE stopping_decision (
    study      varchar(60) NOT NULL,
    round      int         NOT NULL,
    position   int         NOT NULL CHECK (position >= 0),
    rule       varchar(40) NOT NULL,
    fires      boolean     NOT NULL,
    inputs     text        NOT NULL,
    decided_at timestamptz NOT NULL,
    PRIMARY KEY (study, round, position),
    FOREIGN KEY (study, round) REFERENCES round (study, round)
);
