-- Work of two more kinds.
ALTER TABLE verdict DROP CONSTRAINT verdict_work_check,
    ADD CONSTRAINT verdict_work_check CHECK (work IN ('train', 'val', 'test', 'describe', 'judge'));
ALTER TABLE permitted DROP CONSTRAINT permitted_work_check,
    ADD CONSTRAINT permitted_work_check CHECK (work IN ('train', 'val', 'test', 'describe', 'judge'));
COMMENT ON COLUMN permitted.model IS 'digest of the model; where impressions take part, of model and impressions together';

-- Images that the consortium has synthesised, as they were fetched, with this site's verdict on them.
CREATE TABLE impressions (
  sha256     text PRIMARY KEY CHECK (length(sha256) = 64),
  study      text NOT NULL,
  round      integer NOT NULL CHECK (round > 0),
  protocol   text NOT NULL CHECK (length(protocol) = 64),
  images     integer NOT NULL CHECK (images > 0),
  body       bytea NOT NULL,
  fetched_at timestamptz NOT NULL,
  verdict    text,
  judged_at  timestamptz,
  CHECK ((verdict IS NULL) = (judged_at IS NULL))
);
CREATE INDEX impressions_latest ON impressions (fetched_at);
COMMENT ON COLUMN impressions.study IS 'the study in which the set was offered first';
COMMENT ON COLUMN impressions.round IS 'the round whose model the set was synthesised from';
COMMENT ON COLUMN impressions.verdict IS 'what this site''s node has said of the set, as JSON';

-- Images that a steward does not want. By what an image is, not by its place: what is released is a part of what was
-- judged, and so another set.
CREATE TABLE impression_veto (
  image     text PRIMARY KEY CHECK (length(image) = 64),
  vetoed_by text NOT NULL,
  vetoed_at timestamptz NOT NULL
);
COMMENT ON COLUMN impression_veto.image IS 'SHA-256 of the image''s pixels, float32, little-endian';
