-- What this node may do for the consortium: the latest counts, those before stay.
CREATE TABLE policy (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  body       text NOT NULL,
  written_by text NOT NULL,
  written_at timestamptz NOT NULL
);

-- What was decided on each piece of work that was offered; code and reason where it was refused.
CREATE TABLE verdict (
  study      text NOT NULL,
  round      integer NOT NULL CHECK (round > 0),
  work       text NOT NULL CHECK (work IN ('train', 'val', 'test')),
  protocol   text NOT NULL CHECK (length(protocol) = 64),
  decided_at timestamptz NOT NULL,
  code       text,
  reason     text,
  PRIMARY KEY (study, round, work),
  CHECK ((code IS NULL) = (reason IS NULL))
);
CREATE INDEX verdict_refused ON verdict (decided_at) WHERE code IS NOT NULL;
CREATE INDEX verdict_trained ON verdict (decided_at) WHERE work = 'train' AND code IS NULL;
