-- Images that the server has synthesised from global models. One row for each set that was made, header by header: an equal
-- study makes equal images, which are kept once, under the SHA-256 of their payload.
CREATE TABLE impression_set (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sha256     varchar(64) NOT NULL,
    header     bytea       NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (sha256, header)
);

-- 1 MiB a row, the last row of a payload may be shorter. Pixels do not compress, so the attempt is not made.
CREATE TABLE impression_chunk (
    sha256  varchar(64) NOT NULL,
    chunk   int         NOT NULL CHECK (chunk >= 0),
    payload bytea       NOT NULL,
    PRIMARY KEY (sha256, chunk)
);
ALTER TABLE impression_chunk ALTER COLUMN payload SET STORAGE EXTERNAL;

-- A round may go on after its aggregation: sites describe their features, the model's head is recalibrated, impressions are
-- made of it and judged. aggregate_model is the mean of the updates, global_model what is scored.
ALTER TABLE round
    DROP CONSTRAINT round_state_check,
    ADD CHECK (state IN
        ('TRAINING', 'AGGREGATING', 'DESCRIBING', 'REFINING', 'EVALUATING', 'COMPLETED', 'FAILED')),
    ADD COLUMN aggregate_model      varchar(64) REFERENCES parameter_vector (sha256),
    ADD COLUMN start_impressions    varchar(64),
    ADD COLUMN synthesis_done       int NOT NULL DEFAULT 0,
    ADD COLUMN synthesis_steps      int NOT NULL DEFAULT 0,
    ADD COLUMN synthesise_seconds   double precision,
    ADD COLUMN refined_at           timestamptz,
    ADD COLUMN made_impressions     varchar(64),
    ADD COLUMN released_impressions varchar(64),
    ADD COLUMN impressions_outcome  text;
UPDATE round SET aggregate_model = global_model;
CREATE INDEX round_aggregate_model ON round (aggregate_model);
CREATE INDEX round_start_impressions ON round (start_impressions);
CREATE INDEX round_made_impressions ON round (made_impressions);
CREATE INDEX round_released_impressions ON round (released_impressions);

-- What a site answered beside update and scores, or why it did not.
ALTER TABLE round_site
    ADD COLUMN statistics_sha256 varchar(64),
    ADD COLUMN not_described     text,
    ADD COLUMN verdict           text,
    ADD COLUMN not_judged        text;

-- What sites say of their features; gone when the round's model is there or the round has ended.
CREATE TABLE round_statistics (
    study   varchar(60) NOT NULL,
    round   int         NOT NULL,
    site    varchar(40) NOT NULL,
    payload bytea       NOT NULL,
    PRIMARY KEY (study, round, site),
    FOREIGN KEY (study, round) REFERENCES round (study, round)
);
ALTER TABLE round_statistics ALTER COLUMN payload SET STORAGE EXTERNAL;

-- A synthesis under way from that model, as it was after its last step; gone likewise.
CREATE TABLE round_synthesis (
    study   varchar(60) NOT NULL,
    round   int         NOT NULL,
    model   varchar(64) NOT NULL,
    payload bytea       NOT NULL,
    PRIMARY KEY (study, round),
    FOREIGN KEY (study, round) REFERENCES round (study, round)
);
ALTER TABLE round_synthesis ALTER COLUMN payload SET STORAGE EXTERNAL;
