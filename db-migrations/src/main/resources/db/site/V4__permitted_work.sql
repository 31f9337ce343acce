-- Work that was permitted, each piece on the one model that it was permitted on first: by these rows the rounds of a day
-- are counted, and no later decision takes one away.
CREATE TABLE permitted (
  protocol text NOT NULL CHECK (length(protocol) = 64),
  round    integer NOT NULL CHECK (round > 0),
  work     text NOT NULL CHECK (work IN ('train', 'val', 'test')),
  model    text NOT NULL CHECK (length(model) = 64),
  study    text NOT NULL,
  first_at timestamptz NOT NULL,
  last_at  timestamptz NOT NULL CHECK (last_at >= first_at),
  PRIMARY KEY (protocol, round, work)
);
-- A study tests once, not once in each round.
CREATE UNIQUE INDEX permitted_one_test ON permitted (protocol) WHERE work = 'test';
CREATE INDEX permitted_trained ON permitted (last_at) WHERE work = 'train';
DROP INDEX verdict_trained;
COMMENT ON COLUMN permitted.last_at IS 'when it was permitted last: the same work may be offered several times';
