-- A hospital's own images for training. Nothing in this schema is ever sent to the consortium.

CREATE TABLE dataset (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name        text NOT NULL UNIQUE,
  modality    text NOT NULL,
  classes     text[] NOT NULL,
  height      integer NOT NULL CHECK (height > 0),
  width       integer NOT NULL CHECK (width > 0),
  channels    integer NOT NULL CHECK (channels IN (1, 3)),
  source      text NOT NULL,
  licence     text NOT NULL,
  imported_at timestamptz NOT NULL DEFAULT now()
);

-- One row a split: its content digest tells whether an import changes anything and whether a cached copy is current.
CREATE TABLE dataset_split (
  dataset        bigint NOT NULL REFERENCES dataset ON DELETE CASCADE,
  split          text NOT NULL CHECK (split IN ('train', 'val', 'test')),
  images         integer NOT NULL CHECK (images > 0),
  content_sha256 text NOT NULL CHECK (length(content_sha256) = 64),
  PRIMARY KEY (dataset, split)
);

CREATE TABLE image (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  dataset     bigint NOT NULL,
  split       text NOT NULL,
  ordinal     integer NOT NULL CHECK (ordinal >= 0),
  label       integer NOT NULL CHECK (label >= 0),
  modality    text NOT NULL,
  sha256      text NOT NULL CHECK (length(sha256) = 64),
  patient_key text NOT NULL,
  encoding    text NOT NULL CHECK (encoding IN ('RAW_HWC_U8', 'PNG', 'JPEG')),
  bytes       bytea,
  path        text,
  CHECK ((bytes IS NULL) <> (path IS NULL)),
  UNIQUE (dataset, split, ordinal),
  FOREIGN KEY (dataset, split) REFERENCES dataset_split ON DELETE CASCADE
);
-- Pixels and compressed files do not shrink further: do not spend time trying at each insert.
ALTER TABLE image ALTER COLUMN bytes SET STORAGE EXTERNAL;
COMMENT ON COLUMN image.sha256 IS 'digest of the stored bytes, or of the file that path names';
COMMENT ON COLUMN image.patient_key IS 'HMAC-SHA-256 of the patient''s identity under a key that only this site holds';
COMMENT ON COLUMN image.path IS 'absolute path on the node, for images that stay where they are';

CREATE TABLE import_job (
  id         uuid PRIMARY KEY,
  dataset    text NOT NULL,
  folder     text NOT NULL,
  state      text NOT NULL CHECK (state IN ('RUNNING', 'DONE', 'FAILED')),
  done       integer NOT NULL,
  total      integer NOT NULL,
  problem    text,
  started_at timestamptz NOT NULL,
  ended_at   timestamptz
);
COMMENT ON COLUMN import_job.problem IS 'the RFC 9457 problem of a failed import, as JSON';
